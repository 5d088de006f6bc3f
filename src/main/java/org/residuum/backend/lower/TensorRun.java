package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;

/** Runs a plan on a tensor of any number of rows, in logical order on both sides. */
public final class TensorRun {
  private final Plan plan;
  private final Value output;

  /** Runs the one input of a plan's network and gives its first output. */
  public TensorRun(Plan plan) {
    this.plan = plan;
    this.output = plan.network().outputs().values().iterator().next();
  }

  /**
   * As {@link Plan#run}.
   *
   * @throws IllegalArgumentException where the shape is not the input's
   */
  public Tensor run(Tensor x) {
    Network network = plan.network();
    Value input = Batches.onlyInput(network, "");
    int rows = x.shape().rank() == 0 ? 0 : x.shape().extent(0);
    if (rows < 1 || !input.shape().withBatch(rows).equals(x.shape())) {
      throw new IllegalArgumentException(
          network.name() + " takes " + input.shape() + " with N of at least 1, not " + x.shape());
    }
    Tensor y = Tensor.zeros(output.shape().withBatch(rows));
    String name = network.outputs().keySet().iterator().next();
    try (Session session = plan.session()) {
      new Batches(session, network, input.name())
          .run(
              channelsLast(x),
              rows,
              (slot, from, count) -> copy(slot.output(name), session.layout(), y, from, count));
    }
    return y;
  }

  /** (N, C, H, W) → (N, H, W, C). */
  static FloatBuffer channelsLast(Tensor x) {
    FloatBuffer moved = FloatBuffer.allocate(x.shape().elements());
    move(x.data(), moved, x.shape(), x.shape().extent(0), false);
    return moved;
  }

  private static void copy(
      FloatBuffer from, Session.Layout layout, Tensor y, int firstRow, int count) {
    int row = y.shape().elements() / y.shape().extent(0);
    FloatBuffer to = y.data().slice(firstRow * row, count * row);
    if (layout == Session.Layout.NHWC) {
      move(from, to, y.shape(), count, true);
    } else {
      to.put(0, from, 0, count * row);
    }
  }

  /** (C, H, W) → (H, W, C) of each row, or back. */
  private static void move(FloatBuffer from, FloatBuffer to, Shape shape, int rows, boolean back) {
    int channels = shape.rank() == 4 ? shape.extent(1) : 1;
    int row = shape.elements() / shape.extent(0);
    int pixels = row / channels;
    for (int i = 0; i < rows * row; i++) {
      int start = i / row * row;
      int channelsFirst = i - start;
      int last = start + channelsFirst % pixels * channels + channelsFirst / pixels;
      to.put(back ? i : last, from.get(back ? last : i));
    }
  }
}
