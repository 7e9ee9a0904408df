"""The sheet that a learner takes home: their answers, what came of them, the pictures made for them, and links; as HTML that prints, and as Markdown."""
