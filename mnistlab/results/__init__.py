"""What comes out of recipes and questions: made by a worker, kept as arrays, drawn by a page. Each field says its shape.

>>> import numpy as np
>>> from mnistlab.results.tsne import TsneResult
>>> plane, labels = np.zeros((3, 2), np.float32), np.array([4, 9, 4], np.uint8)
>>> result = TsneResult(plane, labels)
>>> sorted(result.arrays())
['labels', 'plane']
>>> TsneResult.of(result.arrays()).labels.tolist()
[4, 9, 4]
"""
