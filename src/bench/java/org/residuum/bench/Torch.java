package org.residuum.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.network.Parameters;

/** PyTorch as DJL gives it, from the natives on the class path. */
final class Torch {
  private Torch() {}

  /** Loads PyTorch; call it before any other use. */
  static void load(int threads) {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
  }

  static String version() {
    return String.format(
        Locale.ROOT,
        "%s, PyTorch %s, %d threads",
        Engine.getDjlVersion(),
        Engine.getEngine("PyTorch").getVersion(),
        JniUtils.getNumThreads());
  }

  static NDManager manager() {
    return Engine.getEngine("PyTorch").newBaseManager();
  }

  static PtNDArray array(NDManager manager, float[] values, long... extents) {
    return (PtNDArray) manager.create(values, new Shape(extents));
  }

  static Map<String, PtNDArray> arrays(NDManager manager, Parameters parameters) {
    Map<String, PtNDArray> arrays = new HashMap<>();
    parameters
        .asMap()
        .forEach(
            (name, tensor) -> {
              long[] extents = Arrays.stream(tensor.shape().toArray()).asLongStream().toArray();
              arrays.put(name, array(manager, tensor.toArray(), extents));
            });
    return arrays;
  }
}
