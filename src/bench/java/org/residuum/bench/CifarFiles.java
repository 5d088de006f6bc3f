package org.residuum.bench;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** CIFAR-10's test set as pictures, as a tar of them and as a Parquet table of their bytes. */
final class CifarFiles {
  private static final int SIDE = 32;
  private static final int TAR_BLOCK = 512;

  private CifarFiles() {}

  /**
   * Writes {@code CLASS/NUMBER.png} below a folder.
   *
   * @param cifar with {@code test_batch.bin} and {@code batches.meta.txt}
   */
  static List<Path> pictures(Path cifar, Path folder) throws IOException {
    List<String> classes = Files.readAllLines(cifar.resolve("batches.meta.txt"));
    List<Path> written = new ArrayList<>();
    byte[] planes = new byte[3 * SIDE * SIDE];
    Path file = cifar.resolve("test_batch.bin");
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      for (int number = 0; number < 10_000; number++) {
        Path parent = Files.createDirectories(folder.resolve(classes.get(in.readByte())));
        in.readFully(planes);
        Path picture = parent.resolve(String.format(Locale.ROOT, "%05d.png", number));
        ImageIO.write(picture(planes), "png", picture.toFile());
        written.add(picture);
      }
    }
    return written;
  }

  private static BufferedImage picture(byte[] planes) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int plane = SIDE * SIDE;
    for (int i = 0; i < plane; i++) {
      int rgb =
          (planes[i] & 255) << 16 | (planes[plane + i] & 255) << 8 | planes[2 * plane + i] & 255;
      picture.setRGB(i % SIDE, i / SIDE, rgb);
    }
    return picture;
  }

  /** Writes a tar (POSIX ustar) of files below a folder. */
  static void tar(Path tar, Path folder, List<Path> files) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar))) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        out.write(header(folder.relativize(file).toString(), bytes.length));
        out.write(bytes);
        out.write(new byte[(TAR_BLOCK - bytes.length % TAR_BLOCK) % TAR_BLOCK]);
      }
      out.write(new byte[2 * TAR_BLOCK]);
    }
  }

  private static byte[] header(String name, int size) {
    byte[] header = new byte[TAR_BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, String.format(Locale.ROOT, "%011o", size));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte one : header) {
      sum += one & 255;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Has DuckDB write a table of the pictures' bytes and labels, in the order of their paths. */
  static void parquet(Path parquet, Path folder) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT content AS image, split_part(filename, '/', -2) AS label FROM read_blob('"
              + folder
              + "/*/*.png') ORDER BY filename) TO '"
              + parquet
              + "' (FORMAT parquet, ROW_GROUP_SIZE 2000)");
    }
  }
}
