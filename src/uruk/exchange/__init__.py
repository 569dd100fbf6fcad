"""The exchange: institutions ask each other, under agreement, with proof."""
