package org.residuum.data.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.Task;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.load.Batch;
import org.residuum.data.load.ImageWriter;
import org.residuum.data.load.Loader;
import org.residuum.data.load.Pass;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.Originals;
import org.residuum.data.prepare.PicturePart;
import org.residuum.network.Shape;

/**
 * Picture files, fitted to one size. Opening decodes every file once, so that what cannot be
 * decoded is known before training starts; the fitted pictures stay in memory where they take at
 * most a quarter of the heap, else they are decoded again at every read.
 */
final class PictureFolder implements ImageDataset, Originals {
  private static final int BATCH = 32;
  private static final int SLOTS = 3;

  private final Answers answers;
  private final Preprocessing pictures;
  private final List<PictureFiles.Entry> entries;
  private final List<Dataset.SkippedFile> skipped;

  /** A fitted picture an entry, or null where they are decoded at every read. */
  private final List<byte[]> cache;

  /**
   * What is to be told of the pictures.
   *
   * @param name of the data
   * @param targets a row an entry, which {@link PictureFiles.Entry#label} is the index of; null for
   *     classes
   */
  record Answers(String name, Task task, List<String> labels, float[][] targets) {}

  private PictureFolder(
      Answers answers,
      Preprocessing pictures,
      List<PictureFiles.Entry> entries,
      List<Dataset.SkippedFile> skipped,
      List<byte[]> cache) {
    this.answers = answers;
    this.pictures = pictures;
    this.entries = entries;
    this.skipped = skipped;
    this.cache = cache;
  }

  static PictureFolder open(Path folder, Dataset.Split split, DatasetOptions options)
      throws IOException {
    return open(folder, split, options, Runtime.getRuntime().maxMemory() / 4);
  }

  static PictureFolder open(
      Path folder, Dataset.Split split, DatasetOptions options, long cacheBytes)
      throws IOException {
    PictureFiles files = PictureFiles.find(folder, split, options);
    Answers classes = new Answers("folder", Task.CLASSIFY, files.labels(), null);
    return open(folder, classes, files, split, options, cacheBytes);
  }

  /** Pictures that a table names. */
  static PictureFolder open(
      Path table, Answers answers, PictureFiles files, Dataset.Split split, DatasetOptions options)
      throws IOException {
    return open(table, answers, files, split, options, Runtime.getRuntime().maxMemory() / 4);
  }

  private static PictureFolder open(
      Path place,
      Answers answers,
      PictureFiles files,
      Dataset.Split split,
      DatasetOptions options,
      long cacheBytes)
      throws IOException {
    Preprocessing pictures =
        options.pictures() != null
            ? options.pictures().withValues(Preprocessing.Values.USUAL) // A data set holds RGB.
            : PictureSize.guess(files.of(Dataset.Split.TRAIN), options.decoding());
    List<PictureFiles.Entry> all = files.of(split);
    long bytes = (long) all.size() * pictures.inputShape().elements();
    List<PictureFiles.Entry> good = new ArrayList<>();
    List<Dataset.SkippedFile> skipped = new ArrayList<>(files.unreadable());
    List<byte[]> cache = bytes <= cacheBytes ? new ArrayList<>() : null;
    decode(all, pictures, good, skipped, cache, options.progress());
    requireGood(place, split, options, all.size(), good.size(), skipped);
    return new PictureFolder(answers, pictures, good, List.copyOf(skipped), cache);
  }

  /** How many picture files all parts have, undecodable ones included. */
  static int count(Path folder, DatasetOptions options) throws IOException {
    Dataset.Split all =
        PictureParts.find(folder).train() == null ? Dataset.Split.TEST : Dataset.Split.ALL;
    return PictureFiles.find(folder, all, options).of(all).size();
  }

  /** The parts that have pictures; a validation part that stands in for testing is none. */
  static Set<Dataset.Split> parts(Path folder, DatasetOptions options) throws IOException {
    PictureFiles files = PictureFiles.find(folder, Dataset.Split.ALL, options);
    Set<Dataset.Split> parts = EnumSet.of(Dataset.Split.TRAIN);
    for (Dataset.Split part : List.of(Dataset.Split.TEST, Dataset.Split.VALIDATION)) {
      if (!files.of(part).isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static void requireGood(
      Path folder,
      Dataset.Split split,
      DatasetOptions options,
      int all,
      int good,
      List<Dataset.SkippedFile> skipped)
      throws InvalidDataException {
    if (!skipped.isEmpty() && options.failsOnBadPicture()) {
      throw new InvalidDataException(skipped.get(0).toString());
    }
    if (good == 0) {
      throw new InvalidDataException(
          folder
              + ": no picture for "
              + split.purpose()
              + " can be used, of "
              + all
              + (all > 0
                  ? "; the first: " + skipped.get(0)
                  : "; a class needs 2 pictures, so that there is one to train and one to test"));
    }
    if (good < all) {
      options
          .notices()
          .accept(
              String.format(
                  Locale.ROOT,
                  "%s: %,d of %,d pictures for %s cannot be decoded and are left out",
                  folder,
                  all - good,
                  all,
                  split.purpose()));
    }
  }

  /** Decodes all in the loader's threads and sorts them into good ones and others. */
  private static void decode(
      List<PictureFiles.Entry> files,
      Preprocessing pictures,
      List<PictureFiles.Entry> good,
      List<Dataset.SkippedFile> skipped,
      List<byte[]> cache,
      Dataset.ProgressListener progress)
      throws IOException {
    int elements = pictures.inputShape().elements();
    int done = 0;
    try (Loader<PictureFiles.Entry> loader =
            new Loader<>(
                "folder",
                SLOTS,
                () -> new Batch<>(BATCH, elements),
                true,
                Runtime.getRuntime().availableProcessors(),
                () ->
                    new ImageWriter<>(
                        pictures, (entry, scratch) -> pictures.fit(entry.file()).pixels()));
        Pass<PictureFiles.Entry> pass = loader.pass("opening", files.iterator(), true)) {
      for (Batch<PictureFiles.Entry> batch = pass.next(); batch != null; batch = pass.next()) {
        for (int row = 0; row < batch.size(); row++) {
          IOException failure = batch.failure(row);
          if (failure != null) {
            skipped.add(Dataset.SkippedFile.of(batch.item(row).file(), failure));
          } else {
            good.add(batch.item(row));
          }
          if (failure == null && cache != null) {
            byte[] pixels = new byte[elements];
            batch.pictures().pixels().get(row * elements, pixels);
            cache.add(pixels);
          }
          progress.progress(++done, files.size());
        }
      }
    }
  }

  @Override
  public void read(int index, byte[] into) throws IOException {
    byte[] pixels =
        cache != null ? cache.get(index) : pictures.fit(entries.get(index).file()).pixels();
    System.arraycopy(pixels, 0, into, 0, pixels.length);
  }

  /** Decoded from the file each time. */
  @Override
  public Picture original(int index, Fitting.Rule rule) throws IOException {
    String file = file(index).toString();
    PicturePart part =
        PictureDecoder.part(file, PictureDecoder.readBytes(file(index)), pictures.decoding(), rule);
    return rule.of(part.height(), part.width()).of(part).withChannels(pictures.channels());
  }

  /** Of each file's name, with that of its folder, and size; the whole may lie elsewhere. */
  @Override
  public long checksum() throws IOException {
    CRC32 sum = new CRC32();
    for (PictureFiles.Entry entry : entries) {
      Path file = entry.file();
      Path within = file.getParent() == null ? file : file.getParent().getFileName();
      String line = within + "/" + file.getFileName() + " " + Files.size(file) + "\n";
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return sum.getValue();
  }

  @Override
  public String name() {
    return answers.name();
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
    return answers.labels();
  }

  @Override
  public Task task() {
    return answers.task();
  }

  @Override
  public int label(int index) {
    if (answers.targets() != null) {
      throw new IllegalStateException(
          name() + " is for " + task() + ", its examples have no class");
    }
    return entries.get(index).label();
  }

  @Override
  public void targets(int index, float[] into) {
    if (answers.targets() == null) {
      ImageDataset.super.targets(index, into);
    } else {
      float[] row = answers.targets()[entries.get(index).label()];
      System.arraycopy(row, 0, into, 0, row.length);
    }
  }

  @Override
  public String exampleName(int index) {
    return file(index).toString();
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
  public List<Dataset.SkippedFile> skipped() {
    return skipped;
  }

  boolean isCached() {
    return cache != null;
  }

  Path file(int index) {
    return entries.get(index).file();
  }
}
