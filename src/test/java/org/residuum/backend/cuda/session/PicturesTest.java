package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.lower.Batches;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/** Pictures that travel as bytes are what a network would see of normalised floats. */
class PicturesTest {
  private static final int CHANNELS = 3;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 7;
  private static final int ELEMENTS = CHANNELS * HEIGHT * WIDTH;
  private static final int COUNT = 7;
  private static final int BATCH = 3;
  private static final float[] MEAN = {0.4914f, 0.4822f, 0.4465f};
  private static final float[] STD = {0.2470f, 0.2435f, 0.2616f};
  private static final Feed BYTES = Feed.bytes(255, MEAN, STD);

  /** y = x + x, which is exact. */
  private static Network twice() {
    NetworkBuilder net = new NetworkBuilder("twice");
    Value x = net.input("x", Shape.batch(CHANNELS, HEIGHT, WIDTH));
    net.output("y", net.add("sum", x, x));
    return net.build();
  }

  private static Slot.Pictures pictures() {
    SplittableRandom random = new SplittableRandom(20160318);
    Slot.Pictures pictures = Slot.Pictures.allocate(COUNT, ELEMENTS);
    for (int i = 0; i < COUNT * ELEMENTS; i++) {
      pictures.pixels().put(i, (byte) random.nextInt(256));
    }
    for (int row = 0; row < COUNT; row++) {
      pictures.crop(row, random.nextInt(5) - 2, random.nextInt(5) - 2, row % 2 == 1);
    }
    return pictures;
  }

  /** (byte / 255 - mean) / std in floats, as a loader computes it. */
  private static float[] normalised(Slot.Pictures pictures) {
    float[] values = new float[COUNT * ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      int c = i % CHANNELS;
      values[i] = (pixel(pictures, i) / 255f - MEAN[c]) / STD[c];
    }
    return values;
  }

  private static int pixel(Slot.Pictures pictures, int i) {
    int row = i / ELEMENTS;
    int column = i / CHANNELS % WIDTH;
    int y = i / CHANNELS / WIDTH % HEIGHT + pictures.crops().get(3 * row);
    boolean flip = pictures.crops().get(3 * row + 2) == 1;
    int x = (flip ? WIDTH - 1 - column : column) + pictures.crops().get(3 * row + 1);
    boolean inside = y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH;
    return inside
        ? pictures.pixels().get(((row * HEIGHT + y) * WIDTH + x) * CHANNELS + i % CHANNELS) & 255
        : 0;
  }

  private static Plan plan(EmulatedDriver driver, Precision precision, Feed feed) {
    return new CudaBackend(driver, precision)
        .compile(
            twice(),
            Parameters.allocate(twice().parameters()),
            CompileOptions.batch(BATCH).feed("x", feed));
  }

  /**
   * Both ways round up to three times: with u = 2⁻²⁴ the floats err by u (a + 2 |v|), the kernel's
   * by u (2 a + b + |v|), where a = byte / (255 σ), b = μ / σ and v = a - b.
   */
  @ParameterizedTest
  @EnumSource
  void networkSeesTheNormalisedPicturesWithinTheirRoundings(Precision precision) {
    EmulatedDriver driver = new EmulatedDriver();
    float[] seen = new float[COUNT * ELEMENTS];
    try (Plan plan = plan(driver, precision, BYTES);
        Session session = plan.session()) {
      Batches batches = new Batches(session, twice(), "x");
      batches.start(
          pictures(),
          COUNT,
          (slot, from, count) -> slot.output("y").get(0, seen, from * ELEMENTS, count * ELEMENTS));
      batches.finish();
      assertThrows(IllegalStateException.class, () -> session.input("x"));
    }
    float[] expected = normalised(pictures());
    double u = Math.scalb(1.0, -24);
    for (int i = 0; i < COUNT * ELEMENTS; i++) {
      double a = pixel(pictures(), i) / 255.0 / STD[i % CHANNELS];
      double b = MEAN[i % CHANNELS] / STD[i % CHANNELS];
      double bound = u * (3 * a + b + 3 * Math.abs(a - b)) * (1 + 8 * u);
      double stored =
          precision == Precision.BF16 ? Math.scalb(Math.abs(expected[i]) + bound, -8) : 0;
      double difference = Math.abs(seen[i] / 2.0 - expected[i]);
      int at = i;
      assertTrue(
          difference <= bound + stored,
          () -> at + ": " + seen[at] / 2 + " against " + expected[at] + " may differ by " + bound);
    }
  }

  @Test
  void bytesAreAQuarterOfWhatTravelsElse() {
    assertEquals(4L * BATCH * ELEMENTS, copiedIn(false));
    int pixels = (BATCH * ELEMENTS + 15) / 16 * 16;
    assertEquals(pixels + 12L * BATCH, copiedIn(true));
  }

  private static long copiedIn(boolean asPictures) {
    EmulatedDriver driver = new EmulatedDriver();
    try (Plan plan = plan(driver, Precision.FP32, asPictures ? BYTES : Feed.FLOATS);
        Session session = plan.session()) {
      Batches batches = new Batches(session, twice(), "x");
      long before = driver.bytesToDevice();
      if (asPictures) {
        batches.start(pictures(), BATCH, (slot, from, count) -> {});
      } else {
        batches.start(FloatBuffer.wrap(normalised(pictures())), BATCH, (slot, from, count) -> {});
      }
      batches.finish();
      return driver.bytesToDevice() - before;
    }
  }

  @ParameterizedTest
  @MethodSource("onTheHost")
  void hostSeesTheVeryFloatsOfALoader(Backend backend) {
    float[] seen = new float[COUNT * ELEMENTS];
    CompileOptions options = CompileOptions.batch(BATCH).feed("x", BYTES);
    try (Plan plan = backend.compile(twice(), Parameters.NONE, options);
        Session session = plan.session()) {
      Batches batches = new Batches(session, twice(), "x");
      batches.start(
          pictures(),
          COUNT,
          (slot, from, count) -> slot.output("y").get(0, seen, from * ELEMENTS, count * ELEMENTS));
      batches.finish();
      float[] expected = normalised(pictures());
      for (int i = 0; i < expected.length; i++) {
        assertEquals(2 * expected[i], seen[at(i, session.layout())], "value " + i);
      }
    }
  }

  static Stream<Backend> onTheHost() {
    return Stream.of(new ReferenceBackend(), new CpuBackend());
  }

  /** Where value i of (N, H, W, C) is. */
  private static int at(int i, Session.Layout layout) {
    int pixel = i / CHANNELS % (HEIGHT * WIDTH);
    return layout == Session.Layout.NHWC
        ? i
        : i / ELEMENTS * ELEMENTS + i % CHANNELS * HEIGHT * WIDTH + pixel;
  }

  static Stream<Backend> everywhere() {
    return Stream.concat(
        onTheHost(), Stream.of(new CudaBackend(new EmulatedDriver(), Precision.FP32)));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void bytesOfOtherChannelsAreRefused(Backend backend) {
    Feed grey = Feed.bytes(255, new float[1], new float[] {1});
    CompileOptions options = CompileOptions.batch(BATCH).feed("x", grey);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> backend.compile(twice(), Parameters.NONE, options));
    assertEquals(
        "input x (N, 3, 5, 7) cannot be fed with bytes of 1 channel; it must be (N, C, H, W) with"
            + " that C, or be fed with floats",
        e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void inputIsFedOnlyAsCompiled(Backend backend) {
    CompileOptions floats = CompileOptions.batch(BATCH);
    try (Plan plan = backend.compile(twice(), Parameters.NONE, floats);
        Session session = plan.session()) {
      assertEquals(
          "input x was compiled to be fed with floats; for bytes compile with CompileOptions.feed",
          assertThrows(IllegalStateException.class, () -> session.slots().get(0).pictures("x"))
              .getMessage());
    }
    try (Plan plan = backend.compile(twice(), Parameters.NONE, floats.feed("x", BYTES));
        Session session = plan.session()) {
      assertEquals(BYTES, session.feed("x"));
      assertEquals(
          "input x was compiled to be fed with bytes; fill its pictures",
          assertThrows(IllegalStateException.class, () -> session.input("x")).getMessage());
    }
  }
}
