package org.residuum.train.loop;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.Network;
import org.residuum.network.Shape;

/** The output of a network, a row an example: logits, or the embedding of a layer. */
public final class Rows {
  private final FloatBuffer values;
  private final int width;
  private final int pixels;

  private Rows(FloatBuffer values, int width, int pixels) {
    this.values = values;
    this.width = width;
    this.pixels = pixels;
  }

  /** The rows in each of a session's slots; their buffers live as long as the session. */
  public static Map<Slot, Rows> of(Session session, Network network) {
    String name = Scores.outputName(network);
    Shape shape = network.output(name).shape();
    boolean channelsLast = shape.rank() == 4 && session.layout() == Session.Layout.NHWC;
    int pixels = channelsLast ? shape.extent(2) * shape.extent(3) : 1;
    return session.slots().stream()
        .collect(
            Collectors.toMap(
                slot -> slot, slot -> new Rows(slot.output(name), shape.elements(), pixels)));
  }

  /** Values a row. */
  public int width() {
    return width;
  }

  /** Whether none of the row's values is NaN or infinite. */
  public boolean areFinite(int row) {
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(values.get(row * width + i))) {
        return false;
      }
    }
    return true;
  }

  /** A copy of a row, images as (C, H, W), the order of PyTorch's {@code flatten(1)}. */
  public float[] get(int row) {
    float[] copy = new float[width];
    int channels = width / pixels;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int c = 0; c < channels; c++) {
        copy[c * pixels + pixel] = values.get(row * width + pixel * channels + c);
      }
    }
    return copy;
  }
}
