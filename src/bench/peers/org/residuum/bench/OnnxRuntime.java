package org.residuum.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.plan.BatchNormFolding;

/**
 * ONNX Runtime over the same network as an ONNX file, batch norms folded already. Input and output
 * are tensors over buffers that stay, so that a run copies and allocates nothing in Java.
 */
final class OnnxRuntime implements Contestant {
  private final String output;
  private final OrtSession session;
  private final OnnxTensor x;
  private final OnnxTensor y;
  private final FloatBuffer values;

  OnnxRuntime(Workload workload, int threads) throws IOException, OrtException {
    output = workload.output();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    session = open(environment, workload, threads);
    FloatBuffer input = Floats.direct(workload.input().length).put(0, workload.input());
    x = OnnxTensor.createTensor(environment, input, workload.inputExtents());
    values = Floats.direct(elements(workload.outputExtents()));
    y = OnnxTensor.createTensor(environment, values, workload.outputExtents());
  }

  private static OrtSession open(OrtEnvironment environment, Workload workload, int threads)
      throws IOException, OrtException {
    BatchNormFolding.Folded folded =
        BatchNormFolding.apply(workload.network(), workload.parameters());
    Path file = Files.createTempFile(workload.network().name(), ".onnx");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OnnxModel.write(file, folded.network(), folded.parameters());
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      return environment.createSession(file.toString(), options);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static int elements(long[] extents) {
    long product = 1;
    for (long extent : extents) {
      product *= extent;
    }
    return Math.toIntExact(product);
  }

  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public String name() {
    return "ONNX Runtime";
  }

  @Override
  public void run() throws OrtException {
    session.run(Map.of("x", x), Map.of(output, y)).close();
  }

  @Override
  public Map<String, float[]> results() {
    return Map.of(output, Floats.copy(values));
  }

  @Override
  public void close() throws OrtException {
    x.close();
    y.close();
    session.close();
  }
}
