package org.residuum.format.pytorch;

import org.residuum.format.FormatException;

/**
 * An opened file: the pickled value, and where its tensors' elements are.
 *
 * @param root dicts, lists, {@link TensorRef}s ..., as {@link Unpickler} returns them
 * @param refusal of the first class that is not read; null where there was none
 */
record Checkpoint(
    PyTorchCheckpoint.Container container,
    Object root,
    Storages storages,
    FormatException refusal) {}
