package org.residuum.data.load;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.residuum.backend.Pictures;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.VectorDataset;

/** Turns raw examples into a network's input; one a thread, because it owns scratch memory. */
sealed interface ExampleWriter permits ImageWriter, VectorWriter {
  /**
   * Puts one example, channel-last, at the position of {@code into}, which moves on.
   *
   * @param bits decides the augmentation
   */
  void write(int index, long bits, FloatBuffer into) throws IOException;

  /** Puts one picture as it is stored, and where it is cut, into a row. */
  void write(int index, long bits, Pictures into, int row) throws IOException;

  static ExampleWriter of(Dataset dataset, Preprocessing preprocessing, Augmentation augmentation) {
    if (!preprocessing.inputShape().equals(dataset.exampleShape())) {
      throw new IllegalArgumentException(
          dataset.name()
              + " has examples "
              + dataset.exampleShape()
              + ", the preprocessing is for "
              + preprocessing.inputShape()
              + "; use one measured on this set, or open a picture folder with it");
    }
    if (dataset instanceof ImageDataset images) {
      int side = Math.min(preprocessing.height(), preprocessing.width());
      if (augmentation.padAndCrop() >= side) {
        throw new IllegalArgumentException(
            dataset.name()
                + ": padding by "
                + augmentation.padAndCrop()
                + " pixels can cut examples "
                + dataset.exampleShape()
                + " out of sight; pad by less than "
                + side);
      }
      return new ImageWriter(images, preprocessing, augmentation);
    }
    if (!augmentation.equals(Augmentation.NONE)) {
      throw new IllegalArgumentException(
          dataset.name() + " has vectors, which cannot be cropped or flipped; use NONE");
    }
    return new VectorWriter((VectorDataset) dataset, preprocessing);
  }
}
