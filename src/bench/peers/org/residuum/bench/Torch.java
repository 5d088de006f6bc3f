package org.residuum.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.network.Parameters;
import org.residuum.network.op.Window;

/** PyTorch as DJL gives it, from the natives on the class path. */
final class Torch {
  static final String ENGINE = "PyTorch";

  private Torch() {}

  /** Loads PyTorch; call it before any other use. */
  static void load(int threads) {
    Engine.getEngine(ENGINE);
    JniUtils.setNumThreads(threads);
  }

  static String version() {
    return String.format(
        Locale.ROOT,
        "%s, PyTorch %s, %d threads",
        Engine.getDjlVersion(),
        Engine.getEngine(ENGINE).getVersion(),
        JniUtils.getNumThreads());
  }

  static NDManager manager() {
    return Engine.getEngine(ENGINE).newBaseManager();
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

  /** SGD as {@link Training} has it, but plain momentum. */
  static Optimizer optimizer() {
    return Optimizer.sgd()
        .setLearningRateTracker(Tracker.fixed(Training.LEARNING_RATE))
        .optMomentum(Training.MOMENTUM)
        .optWeightDecays(Training.WEIGHT_DECAY)
        .build();
  }

  static Shape extent(Window window) {
    return new Shape(window.height(), window.width());
  }

  static Shape stride(Window window) {
    return new Shape(window.strideY(), window.strideX());
  }

  static Shape padding(Window window) {
    if (window.padTop() != window.padBottom() || window.padLeft() != window.padRight()) {
      throw new IllegalArgumentException("padding of " + window + " is not the same on both sides");
    }
    return new Shape(window.padTop(), window.padLeft());
  }
}
