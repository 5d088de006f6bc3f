package org.residuum.backend.cuda.driver;

/**
 * A session's streams. Copies out have their own, because they wait for the steps: on one stream
 * with the copies in they would hold up the next batch.
 */
public record Streams(CudaStream in, CudaStream compute, CudaStream out) {
  /**
   * Streams for a session.
   *
   * @param compute closed by the resources like the others
   */
  public static Streams open(CudaDriver driver, CudaStream compute, Resources resources) {
    resources.add(compute::close);
    CudaStream in = driver.createStream();
    resources.add(in::close);
    CudaStream out = driver.createStream();
    resources.add(out::close);
    return new Streams(in, compute, out);
  }

  public void synchronize() {
    in.synchronize();
    compute.synchronize();
    out.synchronize();
  }
}
