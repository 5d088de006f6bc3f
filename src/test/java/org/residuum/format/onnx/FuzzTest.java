package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Effort;
import org.residuum.TestData;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/**
 * Damages good files at random: whatever comes of it is a network or an {@code IOException}, with
 * 256 MB of allocation and little work. {@code -Dresiduum.fuzzMinutes=10} runs longer, {@code
 * -Dresiduum.fuzzSeed=n} replays one finding.
 */
class FuzzTest {
  private static final Path FILE = Path.of("damaged.onnx");
  private static final long BYTES = 256L << 20;
  private static final int EXECUTIONS = 1_500;

  @TempDir Path folder;

  @Test
  void damagedFilesGiveANetworkOrAnIoException() throws IOException {
    List<byte[]> good = goodFiles();
    Long replay = Long.getLong("residuum.fuzzSeed");
    if (replay != null) {
      assertEquals("", run(good, replay));
      return;
    }
    String minutes = System.getProperty("residuum.fuzzMinutes");
    long nanos = minutes == null ? 0 : (long) (Double.parseDouble(minutes) * 60e9);
    long first = System.nanoTime();
    long seed = first;
    List<String> findings = new ArrayList<>();
    while (findings.size() < 20
        && (minutes == null ? seed - first < EXECUTIONS : System.nanoTime() - first < nanos)) {
      String finding = run(good, seed++);
      if (!finding.isEmpty()) {
        findings.add(finding);
      }
    }
    System.out.printf(
        "fuzzed the ONNX reader: %,d executions from seed %d on, %,d were networks, %d findings%n",
        seed - first, first, networks, findings.size());
    findings.forEach(System.out::println);
    assertTrue(findings.isEmpty(), () -> String.join("\n", findings));
    assertTrue(networks < seed - first, "no damage was ever refused");
  }

  private long networks;

  /** What is wrong with one execution; "" for nothing. */
  private String run(List<byte[]> good, long seed) {
    byte[] damaged = damage(good, new SplittableRandom(seed));
    String[] problem = new String[1];
    try {
      Effort.of(() -> problem[0] = read(damaged)).requireAtMost(BYTES);
    } catch (AssertionError e) {
      problem[0] = e.getMessage();
    }
    return problem[0].isEmpty() ? "" : "-Dresiduum.fuzzSeed=" + seed + ": " + problem[0];
  }

  private String read(byte[] damaged) {
    try {
      OnnxReader.read(MappedFile.of(FILE, ByteBuffer.wrap(damaged)), Map.of());
      networks++;
      return "";
    } catch (IOException e) {
      return e.getMessage() == null || e.getMessage().contains("\n") ? "message of " + e : "";
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return e + " at " + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 6));
    }
  }

  private static byte[] damage(List<byte[]> good, SplittableRandom random) {
    byte[] bytes = good.get(random.nextInt(good.size())).clone();
    int times = 1 + random.nextInt(1 + random.nextInt(8));
    for (int i = 0; i < times && bytes.length > 0; i++) {
      bytes = damageOnce(bytes, good, random);
    }
    return bytes;
  }

  private static byte[] damageOnce(byte[] bytes, List<byte[]> good, SplittableRandom random) {
    int at = random.nextInt(bytes.length);
    int run = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(8)));
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes[at] = new byte[] {0, 1, -1, 127, -128, 2, 64, 8}[random.nextInt(8)];
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return join(bytes, at, new byte[0], at + run);
      }
      case 5 -> {
        return join(bytes, at + run, Arrays.copyOfRange(bytes, at, at + run), at + run);
      }
      case 6 -> {
        byte[] huge = new byte[random.nextInt(10)];
        Arrays.fill(huge, (byte) -1);
        return join(join(bytes, at, huge, at), at, new byte[0], at);
      }
      default -> {
        byte[] other = good.get(random.nextInt(good.size()));
        int from = random.nextInt(other.length);
        int to = Math.min(other.length, from + 1 + random.nextInt(1 << random.nextInt(10)));
        return join(bytes, at, Arrays.copyOfRange(other, from, to), at + random.nextInt(2) * run);
      }
    }
    return bytes;
  }

  /** The first {@code end} bytes, then the middle, then those from {@code start} on. */
  private static byte[] join(byte[] bytes, int end, byte[] middle, int start) {
    byte[] joined = new byte[end + middle.length + bytes.length - start];
    System.arraycopy(bytes, 0, joined, 0, end);
    System.arraycopy(middle, 0, joined, end, middle.length);
    System.arraycopy(bytes, start, joined, end + middle.length, bytes.length - start);
    return joined;
  }

  private List<byte[]> goodFiles() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (Network network :
        List.of(
            WriterTest.everyOperation(),
            ResNets.mlp(Shape.of(1, 2, 2), 4, 2, 3),
            ResNets.cifar(8, Shape.of(1, 8, 8), 2, ResidualBlocks.Shortcut.ZERO_PAD))) {
      Path file = folder.resolve("good.onnx");
      OnnxModel.write(file, network, new Initializer(1).initialize(network));
      files.add(Files.readAllBytes(file));
    }
    files.addAll(exports());
    return files;
  }

  /** The operator cases and the exports with shape chains, where they are there. */
  private static List<byte[]> exports() throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> cases = Files.walk(TestData.find("onnx-node-tests"), 2)) {
      for (Path path : cases.filter(file -> file.endsWith("model.onnx")).sorted().toList()) {
        files.add(Files.readAllBytes(path));
      }
    }
    return files;
  }
}
