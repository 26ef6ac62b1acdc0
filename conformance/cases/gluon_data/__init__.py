"""mx.gluon.data and mx.gluon.contrib.data."""
