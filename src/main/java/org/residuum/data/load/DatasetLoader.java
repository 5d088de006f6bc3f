package org.residuum.data.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.residuum.backend.Feed;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.augment.TrainingPictures;
import org.residuum.data.prepare.SplitMix;

/**
 * Loads a data set, epoch by epoch:
 *
 * <pre>{@code
 * try (DatasetLoader loader = DatasetLoader.builder(dataset).batch(128).seed(7).build();
 *     Pass<Draw> epoch = loader.epoch(0)) {
 *   for (Batch<Draw> batch = epoch.next(); batch != null; batch = epoch.next()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * The order of an epoch is a permutation drawn from (seed, epoch), an example's augmentation is
 * drawn from (seed, epoch, position), so the batches are the same whatever the number of threads.
 */
public final class DatasetLoader implements AutoCloseable {
  private static final long SHUFFLE = 1;
  private static final long AUGMENT = 2;

  private final DatasetLoaderBuilder options;
  private final Dataset dataset;
  private final int batchSize;
  private final int batches;
  private final boolean shuffle;
  private final long seed;
  private final Feed feed;
  private final Loader<Draw> loader;

  /** The examples of the epoch, then those that fill up its last batch. */
  private final int[] order;

  private final int[] permutation;

  /** Null where each example comes once. */
  private final BalancedOrder balanced;

  DatasetLoader(DatasetLoaderBuilder options) {
    this.options = options;
    dataset = options.dataset;
    int size = dataset.size();
    batchSize = options.batch;
    int needed = options.dropLast ? size / batchSize : (size + batchSize - 1) / batchSize;
    int group = options.fillLast ? options.group : 1;
    batches = (needed + group - 1) / group * group;
    shuffle = options.shuffle;
    seed = options.seed;
    feed = options.feed();
    int whole = Math.multiplyExact(batches, batchSize);
    order = new int[options.fillLast ? whole : Math.min(whole, size)];
    permutation = new int[size];
    balanced = options.balanced ? new BalancedOrder(dataset) : null;
    int elements = dataset.exampleShape().elements();
    loader =
        new Loader<>(
            dataset.name(),
            options.ahead + 1,
            () -> new Batch<>(batchSize, elements),
            options.keepGoing,
            options.threads,
            options::writer);
  }

  public static DatasetLoaderBuilder builder(Dataset dataset) {
    return new DatasetLoaderBuilder(dataset);
  }

  /** Batches an epoch. */
  public int batches() {
    return batches;
  }

  /** What a session is to be fed with: bytes where a pass can hold pictures, else floats. */
  public Feed feed() {
    return feed;
  }

  /** Starts a pass of floats; its number chooses the order and the augmentation. */
  public Pass<Draw> epoch(int number) {
    return epoch(number, false);
  }

  /** Starts a pass as {@link #epoch(int, int, boolean)} does, at its first batch. */
  public Pass<Draw> epoch(int number, boolean asPictures) {
    return epoch(number, 0, asPictures);
  }

  /**
   * Starts a pass at one of its batches, as if those before had been taken.
   *
   * @param batch from 0
   * @param asPictures whether batches hold {@link Batch#pictures} in place of floats
   * @throws IllegalStateException where {@link #feed} is floats
   */
  public Pass<Draw> epoch(int number, int batch, boolean asPictures) {
    if (asPictures && feed == Feed.FLOATS) {
      throw new IllegalStateException(dataset.name() + " is loaded as floats, not as pictures");
    }
    return loader.pass("epoch " + number, draws(number, batch).iterator(), asPictures);
  }

  /**
   * What training sees of the first pictures of an epoch: in their order, with their random
   * changes. Not while a pass is open.
   *
   * @param count at most so many
   * @return none for vectors
   */
  public List<AugmentedPicture> preview(int epoch, int count) throws IOException {
    if (!(dataset instanceof ImageDataset images)) {
      return List.of();
    }
    List<AugmentedPicture> seen = new ArrayList<>();
    TrainingPictures pictures = options.pictures(images);
    for (Draw draw : (Iterable<Draw>) draws(epoch, 0).limit(count)::iterator) {
      seen.add(new AugmentedPicture(draw, pictures.picture(draw.index(), draw.bits())));
    }
    return seen;
  }

  /** The examples of an epoch from one of its batches on. */
  private Stream<Draw> draws(int number, int batch) {
    arrange(number);
    long key = SplitMix.at(SplitMix.at(seed, number), AUGMENT);
    return IntStream.range(Math.min(batch * batchSize, order.length), order.length)
        .mapToObj(i -> new Draw(dataset, order[i], SplitMix.at(key, i)));
  }

  /** The epoch's order, and as much of those after it as fills the last batch. */
  private void arrange(int number) {
    int size = permutation.length;
    if (balanced != null) {
      balanced.fill(order, SplitMix.at(SplitMix.at(seed, number), SHUFFLE));
      return;
    }
    for (int from = 0; from < order.length; from += size) {
      if (shuffle) {
        SplitMix.shuffle(
            permutation, SplitMix.at(SplitMix.at(seed, number + from / size), SHUFFLE));
      } else {
        Arrays.setAll(permutation, i -> i);
      }
      System.arraycopy(permutation, 0, order, from, Math.min(size, order.length - from));
    }
  }

  boolean isMine(Thread thread) {
    return loader.isMine(thread);
  }

  /** Ends the loading threads; closing twice is harmless. */
  @Override
  public void close() {
    loader.close();
  }
}
