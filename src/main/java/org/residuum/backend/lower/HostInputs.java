package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Value;

/**
 * The inputs of a session on the host. Where one is fed with bytes, they become the network's
 * floats as a run begins, bit by bit those that a caller would have normalised.
 */
public final class HostInputs {
  private final Network network;
  private final Map<String, FloatBuffer> floats = new LinkedHashMap<>();
  private final Map<String, PictureInput> pictures = new LinkedHashMap<>();

  /**
   * Inputs.
   *
   * @param buffers gives the floats that the network reads of an input, (batch, ...) in the layout
   */
  public HostInputs(
      Network network,
      CompileOptions options,
      Session.Layout layout,
      Function<Value, FloatBuffer> buffers) {
    this.network = network;
    for (Value value : network.inputs()) {
      FloatBuffer buffer = buffers.apply(value);
      floats.put(value.name(), buffer);
      Feed feed = options.feed(value.name());
      if (feed.type() == ElementType.U8) {
        pictures.put(
            value.name(), new PictureInput(feed, value.shape(), options.batch(), layout, buffer));
      }
    }
  }

  /** What the network reads, by the inputs' names. */
  public Map<String, FloatBuffer> floats() {
    return floats;
  }

  /** The buffer that a caller fills with floats. */
  public FloatBuffer input(String name) {
    requireFeed(network.input(name), ElementType.F32, pictures.containsKey(name));
    return floats.get(name);
  }

  /** The buffers that a caller fills with pictures. */
  public Slot.Pictures pictures(String name) {
    requireFeed(network.input(name), ElementType.U8, pictures.containsKey(name));
    return pictures.get(name).pictures();
  }

  /**
   * Checks how an input is fed.
   *
   * @throws IllegalStateException where it is fed otherwise than wanted
   */
  public static void requireFeed(Value input, ElementType wanted, boolean fedWithBytes) {
    if (wanted == ElementType.F32 && fedWithBytes) {
      throw new IllegalStateException(
          "input " + input.name() + " was compiled to be fed with bytes; fill its pictures");
    }
    if (wanted == ElementType.U8 && !fedWithBytes) {
      throw new IllegalStateException(
          "input "
              + input.name()
              + " was compiled to be fed with floats; for bytes compile with CompileOptions.feed");
    }
  }

  /** Turns the pictures into floats. */
  public void normalize() {
    pictures.values().forEach(PictureInput::normalize);
  }
}
