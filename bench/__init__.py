"""Measurements of the product as people meet it. They report; they never judge, so nothing here fails a build."""
