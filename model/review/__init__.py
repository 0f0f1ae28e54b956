"""Studies, readings, the queue of disagreements, and adjudication.

A coordinator makes a study from a project (`make_study`): one file with photographs under opaque
codes. Each reader answers in a readings file of their own (`Sitting`). The files come back and are
merged into the project (`merge_readings`); where readers, network and recorded label disagree the
queue says so (`build_queue`), and an adjudicator decides (`decide`). Nothing is ever overwritten.

What this protects against is accident and the temptation of an honest reader. Whoever wants to
take a study file apart can: its key is in it.
"""
