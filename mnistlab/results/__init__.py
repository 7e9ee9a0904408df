"""The results of recipes and questions: made by a worker, stored as arrays, drawn by a page. Each field documents its shape.

>>> import numpy as np
>>> from mnistlab.results.tsne import TsneResult
>>> plane, labels = np.zeros((3, 2), np.float32), np.array([4, 9, 4], np.uint8)
>>> result = TsneResult(plane, labels)
>>> sorted(result.arrays())
['labels', 'plane']
>>> TsneResult.of(result.arrays()).labels.tolist()
[4, 9, 4]
"""
