package org.residuum.format.pytorch;

/**
 * An opened file: the pickled value, and where its tensors' elements are.
 *
 * @param root dicts, lists, {@link TensorRef}s ..., as {@link Unpickler} returns them
 */
record Checkpoint(PyTorchCheckpoint.Container container, Object root, Storages storages) {}
