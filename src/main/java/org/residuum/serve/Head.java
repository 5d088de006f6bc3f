package org.residuum.serve;

/** What a request asks for; a batch holds requests of one kind. */
public enum Head {
  /** The network's output. */
  LOGITS,
  /** What one of its layers gives. */
  EMBEDDING
}
