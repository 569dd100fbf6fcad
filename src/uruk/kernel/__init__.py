"""Texts in three languages, money, time, ids, errors, Actor and settings: no business."""
