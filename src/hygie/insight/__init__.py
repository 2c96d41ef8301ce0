"""What the data says: views, dashboards, forecasts."""
