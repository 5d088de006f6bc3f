package org.residuum.bench;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Writes some pictures of some classes of CIFAR-10 as PNG files, a folder a class. It needs no
 * other class, so that Java runs its source.
 */
final class ClassFolders {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int FIRST_FILE = 5;

  private ClassFolders() {}

  /** See the message below. */
  public static void main(String[] args) throws IOException {
    if (args.length <= FIRST_FILE) {
      System.err.println("arguments: META OUT CLASS,... FROM TO BATCH.bin...");
      System.exit(2);
    }
    List<String> names = Files.readAllLines(Path.of(args[0]));
    List<String> wanted = List.of(args[2].split(","));
    int from = Integer.parseInt(args[3]);
    int to = Integer.parseInt(args[4]);
    int[] seen = new int[names.size()];
    byte[] planes = new byte[3 * PLANE];
    for (String file : Arrays.asList(args).subList(FIRST_FILE, args.length)) {
      Path path = Path.of(file);
      long pictures = Files.size(path) / (1 + planes.length);
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
        for (long i = 0; i < pictures; i++) {
          int label = in.readByte();
          in.readFully(planes);
          int number = seen[label]++;
          if (wanted.contains(names.get(label)) && number >= from && number < to) {
            write(planes, Path.of(args[1], names.get(label)), number);
          }
        }
      }
    }
  }

  private static void write(byte[] planes, Path folder, int number) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < PLANE; i++) {
      int rgb =
          (planes[i] & 255) << 16 | (planes[PLANE + i] & 255) << 8 | planes[2 * PLANE + i] & 255;
      picture.setRGB(i % SIDE, i / SIDE, rgb);
    }
    Files.createDirectories(folder);
    ImageIO.write(
        picture, "png", folder.resolve(String.format(Locale.ROOT, "%05d.png", number)).toFile());
  }
}
