"""The phases of the year, one file each; their order stands in :data:`model.town.YEAR`."""
