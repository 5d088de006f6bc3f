package org.residuum.data.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;

/** Prints what decoding pictures costs: scripts/decode-table. Arguments: rounds, then folders. */
final class DecodingTable {
  private static final Preprocessing EXACT = Preprocessing.imagenet();
  private static final Preprocessing FAST =
      EXACT.withDecoding(PictureOptions.DEFAULTS.withDetail(PictureOptions.Detail.FAST));

  private DecodingTable() {}

  private interface Work {
    void on(byte[] file) throws IOException;
  }

  public static void main(String[] arguments) throws IOException {
    System.out.println(
        "| pictures | ImageIO.read | decoded | decoded, then fitted | fitted as they are decoded"
            + " | `--decode fast` | mean difference of fast |");
    System.out.println("|---|---|---|---|---|---|---|");
    int rounds = Integer.parseInt(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      Path folder = Path.of(arguments[i]);
      List<byte[]> files = new ArrayList<>();
      for (Path file : Picture.find(folder)) {
        files.add(Files.readAllBytes(file));
      }
      System.out.println("| " + folder.getFileName() + ", " + files.size() + row(files, rounds));
    }
  }

  private static String row(List<byte[]> files, int rounds) throws IOException {
    List<Work> works =
        List.of(
            file -> ImageIO.read(new ByteArrayInputStream(file)),
            file -> Picture.decode("a", file),
            file -> EXACT.fit(Picture.decode("a", file)),
            file -> EXACT.fit("a", file),
            file -> FAST.fit("a", file));
    double[][] millis = new double[works.size()][rounds];
    for (int round = -2; round < rounds; round++) {
      for (int i = 0; i < works.size(); i++) {
        long start = cpuNanos();
        for (byte[] file : files) {
          works.get(i).on(file);
        }
        if (round >= 0) {
          millis[i][round] = (cpuNanos() - start) / 1e6 / files.size();
        }
      }
    }
    StringBuilder row = new StringBuilder();
    for (double[] times : millis) {
      Arrays.sort(times);
      row.append(String.format(Locale.ROOT, " | %.2f ms", times[rounds / 2]));
    }
    return row.append(String.format(Locale.ROOT, " | %.2f |", difference(files))).toString();
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double difference(List<byte[]> files) throws IOException {
    double sum = 0;
    long count = 0;
    for (byte[] file : files) {
      byte[] exact = EXACT.fit("a", file).pixels();
      byte[] fast = FAST.fit("a", file).pixels();
      for (int i = 0; i < exact.length; i++) {
        sum += Math.abs((exact[i] & 255) - (fast[i] & 255));
      }
      count += exact.length;
    }
    return sum / count;
  }
}
