package org.residuum.backend.cuda.driver;

import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphGetNodes;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;

import java.util.function.Supplier;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A graph of JCuda's driver API. */
final class JCudaGraph implements CudaGraph {
  private static final Logger LOG = LoggerFactory.getLogger(JCudaGraph.class);

  private final JCudaDriver driver;
  private final CUstream stream;
  private final CUgraphExec handle = new CUgraphExec();
  private final long nodes;
  private final Supplier<String> detail = this::toString;
  private boolean closed;

  private JCudaGraph(JCudaDriver driver, CUstream stream, CUgraph recorded) {
    this.driver = driver;
    this.stream = stream;
    this.nodes = count(recorded);
    JCudaDriver.check(cuGraphInstantiate(handle, recorded, 0), "cuGraphInstantiate", detail);
  }

  /** What {@code work} gives to the stream. Only calls of this thread are refused meanwhile. */
  static JCudaGraph of(JCudaDriver driver, CUstream stream, Runnable work) {
    driver.enter();
    long free = LOG.isDebugEnabled() ? driver.memoryInfo().free() : 0;
    JCudaDriver.check(
        cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture",
        () -> "");
    CUgraph recorded = new CUgraph();
    try {
      work.run();
    } catch (RuntimeException e) {
      // Its answer is about the error that is thrown already.
      cuStreamEndCapture(stream, recorded);
      cuGraphDestroy(recorded);
      throw e;
    }
    JCudaDriver.check(cuStreamEndCapture(stream, recorded), "cuStreamEndCapture", () -> "");
    JCudaGraph graph;
    try {
      graph = new JCudaGraph(driver, stream, recorded);
    } finally {
      cuGraphDestroy(recorded);
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} took {} bytes of the GPU", graph, free - driver.memoryInfo().free());
    }
    return graph;
  }

  private static long count(CUgraph recorded) {
    long[] count = new long[1];
    JCudaDriver.check(
        cuGraphGetNodes(recorded, null, count), "cuGraphGetNodes", () -> "their number");
    return count[0];
  }

  @Override
  public void launch() {
    JCudaDriver.check(cuGraphLaunch(handle, stream), "cuGraphLaunch", detail);
  }

  @Override
  public long nodes() {
    return nodes;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.enter();
      JCudaDriver.check(cuGraphExecDestroy(handle), "cuGraphExecDestroy", detail);
    }
  }

  @Override
  public String toString() {
    return "graph of " + nodes + " nodes";
  }
}
