package org.residuum.spark;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.residuum.Model;
import org.residuum.bench.Sample;
import org.residuum.data.Preprocessing;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Shape;

/** The figures of the guide to Spark; see {@code scripts/bench-spark}. */
public final class SparkBench {
  private static final Pattern RATE = Pattern.compile("([\\d,]+) a second");
  private static final List<String> PHOTOS =
      List.of("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg");
  private static final int SIDE = 300;

  private final Path folder;
  private final int rounds;

  private SparkBench(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  /**
   * Arguments: folder of data, folder to work in, photos, rounds, network, what to measure (all,
   * predict, row, executors).
   */
  public static void main(String[] args) throws Exception {
    Path work = Files.createDirectories(Path.of(args[1])).toRealPath();
    SparkBench bench = new SparkBench(work, Integer.parseInt(args[3]));
    int count = Integer.parseInt(args[2]);
    String what = args[5];
    Path model = work.resolve(args[4]);
    Network network = Architectures.build(args[4], Architectures.Request.PUBLISHED);
    Model.untrained(network, 1).withPreprocessing(preprocessing(network)).save(model, true);
    if (what.matches("all|row")) {
      new RowOverhead(10_000, work).run(bench.rounds);
    }
    if (what.matches("all|predict|executors")) {
      Path photos = bench.photos(Path.of(args[0], "images/photos"), count);
      if (!what.equals("executors")) {
        bench.predict(photos, model);
      }
      if (!what.equals("predict")) {
        new Executors(photos, model, work).run(List.of(1, 2, 4));
      }
    }
  }

  private static Preprocessing preprocessing(Network network) {
    int[] extents = network.inputs().get(0).shape().toArray();
    return Preprocessing.imagenet()
        .withShape(Shape.of(Arrays.copyOfRange(extents, 1, extents.length)));
  }

  /** JPEGs of parts of real photos, each another. */
  private Path photos(Path from, int count) throws IOException {
    Path photos = folder.resolve("photos-" + count);
    if (Files.exists(photos)) {
      return photos;
    }
    Path making = Files.createDirectories(folder.resolve("making"));
    List<BufferedImage> whole = new ArrayList<>();
    for (String name : PHOTOS) {
      whole.add(ImageIO.read(from.resolve(name).toFile()));
    }
    for (int number = 0; number < count; number++) {
      BufferedImage photo = whole.get(number % whole.size());
      BufferedImage part = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      Graphics2D canvas = part.createGraphics();
      int x = number * 7 % (photo.getWidth() - SIDE + 1);
      int y = number * 3 % (photo.getHeight() - SIDE + 1);
      canvas.drawImage(photo, -x, -y, null);
      canvas.dispose();
      File file = making.resolve(String.format(Locale.ROOT, "%05d.jpg", number)).toFile();
      ImageIO.write(part, "jpg", file);
    }
    return Files.move(making, photos);
  }

  /** Both command lines, alternating. */
  private void predict(Path photos, Path model) throws IOException, InterruptedException {
    double[] predict = new double[rounds];
    double[] spark = new double[rounds];
    List<String> common =
        List.of(
            "--model", model.toString(), "--device", "cpu", "--data", photos.toString(), "--out");
    for (int round = 0; round < rounds; round++) {
      predict[round] =
          rate(common, folder + "/rows.csv", "--overwrite", "scripts/residuum", "predict");
      spark[round] =
          rate(
              common,
              folder + "/rows.parquet",
              "--overwrite",
              "scripts/residuum-spark",
              "--master",
              "local[2]",
              "--driver-memory",
              "2g");
    }
    Sample ofPredict = new Sample(predict);
    Sample ofSpark = new Sample(spark);
    System.out.printf(
        "%n| photos a second, %s, %d rounds | median (quartiles) |%n|---|---|%n"
            + "| residuum predict | %s |%n| local[2] | %s |%n| share | %s |%n",
        model.getFileName(), rounds, ofPredict, ofSpark, ofSpark.over(ofPredict));
  }

  /** What a command says at its end, which leaves out the start of its JVM and of Spark. */
  private double rate(List<String> common, String out, String last, String... start)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(start));
    command.addAll(common);
    command.addAll(List.of(out, last));
    Path log = folder.resolve("last.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(log);
    Matcher rate = RATE.matcher(said);
    if (code != 0 || !rate.find()) {
      throw new IllegalStateException(String.join(" ", command) + ": " + code + "\n" + said);
    }
    return Double.parseDouble(rate.group(1).replace(",", ""));
  }

  /** The first 16 digits of a text's SHA-256. */
  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
