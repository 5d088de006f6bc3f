package org.residuum.backend.cuda;

import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.backend.cuda.driver.CudaStream;

/**
 * Work that is given to a stream again and again. The first time it is given as it is, so that
 * libraries load what they need; the second time it is recorded, and from then on a graph is
 * replayed. Without graphs it is always given as it is.
 */
final class Replayed implements AutoCloseable {
  private final CudaStream stream;
  private final Graphs graphs;
  private final Runnable work;
  private CudaGraph graph;
  private int given;

  /**
   * Work to come.
   *
   * @param work gives launches, products and copies to the stream, the same each time
   */
  Replayed(CudaStream stream, Graphs graphs, Runnable work) {
    this.stream = stream;
    this.graphs = graphs;
    this.work = work;
  }

  /** Gives it to the stream. */
  void queue() {
    if (given == 1 && graphs.areOn()) {
      record();
    }
    given = Math.min(2, given + 1);
    if (graph == null) {
      work.run();
    } else {
      graph.launch();
    }
  }

  private void record() {
    try {
      graph = stream.capture(work);
    } catch (CudaException e) {
      graphs.refused(e.getMessage());
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
  }
}
