"""Uruk: a government's registries, services and exchange in one package, with a receipt for every act."""
