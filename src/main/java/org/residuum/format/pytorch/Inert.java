package org.residuum.format.pytorch;

/** A value that checkpoints hold beside tensors and that only its type is kept of. */
record Inert(String type) {}
