package org.residuum.format.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.Value;

/** Runs a file on ONNX Runtime, two threads. */
public final class OnnxRuntime {
  private OnnxRuntime() {}

  /** All outputs by name, for inputs (batch, ...) by name. */
  public static Map<String, FloatBuffer> run(
      Path file, Network network, int batch, Map<String, FloatBuffer> inputs) throws OrtException {
    OrtEnvironment environment = environment();
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(2);
      try (OrtSession session = environment.createSession(file.toString(), options)) {
        for (Value input : network.inputs()) {
          long[] extents = longs(input.shape().withBatch(batch).toArray());
          FloatBuffer values = inputs.get(input.name()).duplicate();
          fed.put(input.name(), OnnxTensor.createTensor(environment, values, extents));
        }
        try (OrtSession.Result result = session.run(fed)) {
          Map<String, FloatBuffer> outputs = new LinkedHashMap<>();
          for (Map.Entry<String, OnnxValue> output : result) {
            outputs.put(output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer());
          }
          return outputs;
        }
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * ONNX Runtime looks at the processor once, by a recursion that needs more stack on some machines
   * than threads have by default: it ended the process.
   */
  private static OrtEnvironment environment() {
    Thread start = new Thread(null, OrtEnvironment::getEnvironment, "onnxruntime", 64L << 20);
    start.start();
    try {
      start.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return OrtEnvironment.getEnvironment();
  }

  private static long[] longs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
