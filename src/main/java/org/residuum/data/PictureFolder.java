package org.residuum.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.residuum.network.Shape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picture files, fitted to one size. Opening decodes every file once, so that what cannot be
 * decoded is known before training starts; the fitted pictures stay in memory where they take at
 * most a quarter of the heap, else they are decoded again at every read.
 */
final class PictureFolder implements ImageDataset {
  private static final Logger LOG = LoggerFactory.getLogger(PictureFolder.class);

  private final Preprocessing pictures;
  private final List<String> labels;
  private final List<PictureFiles.Entry> entries;
  private final List<String> skipped;

  /** A fitted picture an entry, or null where they are decoded at every read. */
  private final byte[][] cache;

  private PictureFolder(
      Preprocessing pictures,
      List<String> labels,
      List<PictureFiles.Entry> entries,
      List<String> skipped,
      byte[][] cache) {
    this.pictures = pictures;
    this.labels = labels;
    this.entries = entries;
    this.skipped = skipped;
    this.cache = cache;
  }

  static PictureFolder open(Path folder, Split split, DatasetOptions options) throws IOException {
    return open(folder, split, options, Runtime.getRuntime().maxMemory() / 4);
  }

  static PictureFolder open(Path folder, Split split, DatasetOptions options, long cacheBytes)
      throws IOException {
    PictureFiles files = PictureFiles.find(folder, options);
    Preprocessing pictures =
        options.pictures() != null
            ? options.pictures()
            : PictureSize.guess(files.train(), options.decoding());
    List<PictureFiles.Entry> all = files.of(split);
    long bytes = (long) all.size() * pictures.inputShape().elements();
    byte[][] fitted = new byte[all.size()][];
    IOException[] failures = decode(all, pictures, bytes <= cacheBytes ? fitted : null, options);
    List<PictureFiles.Entry> good = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (failures[i] == null) {
        good.add(all.get(i));
        kept.add(fitted[i]);
      } else {
        skipped.add(skip(failures[i], options.badPicture()));
      }
    }
    if (!skipped.isEmpty()) {
      LOG.warn("{}: {} of {} pictures left out", folder, skipped.size(), all.size());
    }
    if (good.isEmpty()) {
      throw new InvalidDataException(
          folder
              + ": no picture for "
              + split.purpose()
              + " can be used, of "
              + all.size()
              + (all.isEmpty()
                  ? "; a class needs 2 pictures, so that there is one to train and one to test"
                  : "; see the warnings above"));
    }
    byte[][] cache = bytes <= cacheBytes ? kept.toArray(byte[][]::new) : null;
    return new PictureFolder(pictures, files.labels(), good, List.copyOf(skipped), cache);
  }

  private static String skip(IOException failure, BadPicture policy) throws IOException {
    if (policy == BadPicture.FAIL) {
      throw failure;
    }
    LOG.warn("left out: {}", failure.getMessage());
    return failure.getMessage();
  }

  /** Decodes in parallel; gives what went wrong, an entry a file, and fills {@code fitted}. */
  private static IOException[] decode(
      List<PictureFiles.Entry> files,
      Preprocessing pictures,
      byte[][] fitted,
      DatasetOptions options) {
    IOException[] failures = new IOException[files.size()];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, failures.length)
        .parallel()
        .forEach(
            i -> {
              try {
                byte[] pixels = pictures.fit(files.get(i).file()).pixels();
                if (fitted != null) {
                  fitted[i] = pixels;
                }
              } catch (IOException e) {
                failures[i] = e;
              }
              synchronized (done) {
                options.progress().progress(done.incrementAndGet(), failures.length);
              }
            });
    return failures;
  }

  @Override
  public void read(int index, byte[] into) throws IOException {
    byte[] pixels = cache != null ? cache[index] : pictures.fit(entries.get(index).file()).pixels();
    System.arraycopy(pixels, 0, into, 0, pixels.length);
  }

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Shape exampleShape() {
    return pictures.inputShape();
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int label(int index) {
    return entries.get(index).label();
  }

  @Override
  public Resize resize() {
    return pictures.resize();
  }

  @Override
  public PictureOptions decoding() {
    return pictures.decoding();
  }

  @Override
  public List<String> skipped() {
    return skipped;
  }

  boolean isCached() {
    return cache != null;
  }

  Path file(int index) {
    return entries.get(index).file();
  }
}
