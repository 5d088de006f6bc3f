package org.residuum.data;

/** Told how far a long operation is; calls may come from any thread, one at a time. */
@FunctionalInterface
public interface ProgressListener {
  /** {@code done} of {@code total} pictures are dealt with. */
  void progress(int done, int total);
}
