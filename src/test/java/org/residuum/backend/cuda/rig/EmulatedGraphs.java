package org.residuum.backend.cuda.rig;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaGraph;

/**
 * The graphs of an emulated device. While a thread records one, its calls that would take or give
 * memory are errors, as on a GPU; other threads' are not.
 */
public final class EmulatedGraphs {
  private final Set<Thread> recording = ConcurrentHashMap.newKeySet();
  private String refusal = "";
  private int open;
  private int recorded;
  private int launched;

  /** A stream, as graphs see it. */
  interface Target {
    void later(Runnable work);
  }

  /** Refuses to record any from here on, for a reason. */
  public synchronized void refuse(String why) {
    refusal = why;
  }

  /** How many were recorded. */
  public synchronized int recorded() {
    return recorded;
  }

  /** How many launches there were of whole graphs. */
  public synchronized int launched() {
    return launched;
  }

  /** How many are not closed. */
  synchronized int open() {
    return open;
  }

  void requireNotRecording(String call) {
    if (recording.contains(Thread.currentThread())) {
      throw new CudaException(call + " while this thread records a graph");
    }
  }

  /** Runs work that gives itself to a stream, which puts it into {@code nodes}. */
  CudaGraph record(Runnable work, List<Runnable> nodes, Target target) {
    synchronized (this) {
      if (!refusal.isEmpty()) {
        throw new CudaException(refusal);
      }
    }
    requireNotRecording("capture");
    recording.add(Thread.currentThread());
    try {
      work.run();
    } finally {
      recording.remove(Thread.currentThread());
    }
    synchronized (this) {
      open++;
      recorded++;
    }
    return new Graph(nodes, target);
  }

  private final class Graph implements CudaGraph {
    private final List<Runnable> nodes;
    private final Target target;
    private boolean closed;

    private Graph(List<Runnable> nodes, Target target) {
      this.nodes = List.copyOf(nodes);
      this.target = target;
    }

    @Override
    public void launch() {
      if (closed) {
        throw new IllegalStateException("the graph is closed");
      }
      synchronized (EmulatedGraphs.this) {
        launched++;
      }
      nodes.forEach(target::later);
    }

    @Override
    public long nodes() {
      return nodes.size();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        synchronized (EmulatedGraphs.this) {
          open--;
        }
      }
    }
  }
}
