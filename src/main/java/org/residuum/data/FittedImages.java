package org.residuum.data;

import java.io.IOException;
import java.util.List;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.Originals;
import org.residuum.data.prepare.PicturePart;
import org.residuum.network.Shape;

/** A data set whose pictures are fitted to a network's input each time they are read. */
final class FittedImages implements ImageDataset, Originals {
  private static final int FULL = 255;

  private final ImageDataset dataset;
  private final Preprocessing preprocessing;
  private final ThreadLocal<byte[]> scratch;

  FittedImages(ImageDataset dataset, Preprocessing preprocessing) {
    this.dataset = dataset;
    this.preprocessing = preprocessing.withValues(Preprocessing.Values.USUAL); // A set holds RGB.
    this.scratch = ThreadLocal.withInitial(() -> new byte[dataset.exampleShape().elements()]);
  }

  @Override
  public void read(int index, byte[] into) throws IOException {
    byte[] fitted = preprocessing.fit(unfitted(index)).pixels();
    System.arraycopy(fitted, 0, into, 0, fitted.length);
  }

  @Override
  public Picture original(int index, Fitting.Rule part) throws IOException {
    Picture seen;
    if (dataset instanceof Originals originals) {
      seen = originals.original(index, part);
    } else {
      PicturePart whole = PicturePart.whole(unfitted(index));
      seen = part.of(whole.height(), whole.width()).of(whole);
    }
    return seen.withChannels(preprocessing.channels());
  }

  private Picture unfitted(int index) throws IOException {
    byte[] pixels = scratch.get();
    dataset.read(index, pixels);
    int full = dataset.maxValue();
    if (full != FULL) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) Math.round((pixels[i] & 255) * (float) FULL / full);
      }
    }
    Shape shape = dataset.exampleShape();
    return new Picture(shape.extent(1), shape.extent(2), shape.extent(0), pixels);
  }

  /** Of the pictures as they are; how they are fitted is the preprocessing's. */
  @Override
  public long checksum() throws IOException {
    return dataset.checksum();
  }

  @Override
  public String name() {
    return dataset.name();
  }

  @Override
  public int size() {
    return dataset.size();
  }

  @Override
  public Shape exampleShape() {
    return preprocessing.inputShape();
  }

  @Override
  public List<String> labels() {
    return dataset.labels();
  }

  @Override
  public int label(int index) {
    return dataset.label(index);
  }

  @Override
  public Task task() {
    return dataset.task();
  }

  @Override
  public void targets(int index, float[] into) {
    dataset.targets(index, into);
  }

  @Override
  public String exampleName(int index) {
    return dataset.exampleName(index);
  }

  @Override
  public Resize resize() {
    return preprocessing.resize();
  }

  @Override
  public PictureOptions decoding() {
    return dataset.decoding();
  }

  @Override
  public List<Dataset.SkippedFile> skipped() {
    return dataset.skipped();
  }
}
