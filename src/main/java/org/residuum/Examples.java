package org.residuum;

import java.io.IOException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.ExampleWriter;
import org.residuum.data.load.ImageWriter;
import org.residuum.data.load.VectorWriter;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.train.loop.Inputs;

/** How items, files for example, become examples that a network can classify. */
public final class Examples<T> {
  /** Reads what an item holds; called from several threads at once. */
  @FunctionalInterface
  public interface Reader<T, R> {
    R read(T item) throws IOException;
  }

  private final Preprocessing preprocessing;
  private final ExampleWriter.Reader<T, byte[]> pixels;
  private final ExampleWriter.Reader<T, float[]> values;

  private Examples(
      Preprocessing preprocessing,
      ExampleWriter.Reader<T, byte[]> pixels,
      ExampleWriter.Reader<T, float[]> values) {
    this.preprocessing = preprocessing;
    this.pixels = pixels;
    this.values = values;
  }

  /**
   * Items that are pictures.
   *
   * @param reader gives a picture of the input's size, as {@link Preprocessing#fit} makes it
   */
  public static <T> Examples<T> ofPictures(
      Preprocessing preprocessing, Reader<? super T, Picture> reader) {
    int elements = preprocessing.inputShape().elements();
    return new Examples<>(
        preprocessing,
        (item, scratch) -> {
          byte[] fitted = reader.read(item).pixels();
          if (fitted.length != elements) {
            throw new IllegalArgumentException(
                "a picture of %s bytes for an input of %s; fit it with Preprocessing.fit"
                    .formatted(fitted.length, preprocessing.inputShape()));
          }
          return fitted;
        },
        null);
  }

  /**
   * Items that are vectors.
   *
   * @param reader gives the values of one, not normalised
   */
  public static <T> Examples<T> ofVectors(
      Preprocessing preprocessing, Reader<? super T, float[]> reader) {
    return new Examples<>(preprocessing, null, (item, scratch) -> reader.read(item));
  }

  Shape shape() {
    return preprocessing.inputShape();
  }

  /** Options for a plan that classifies them: pictures go into it as bytes. */
  public CompileOptions fed(Network network, CompileOptions options) {
    return options.feed(Inputs.of(network).name(), feed());
  }

  Feed feed() {
    return preprocessing.feed(255);
  }

  ExampleWriter<T> writer() {
    return pixels == null
        ? new VectorWriter<>(preprocessing, values)
        : new ImageWriter<>(preprocessing, pixels);
  }
}
