/**
 * PyTorch's checkpoints: what {@code torch.save} writes, as a zip or as the older plain pickles.
 * The pickles are interpreted by a reader of our own that knows a short list of opcodes and
 * classes; nothing in a file is ever executed.
 */
package org.residuum.format.pytorch;
