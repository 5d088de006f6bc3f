package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

final class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void aLineABatchSizeAndTheSameFiguresInAFile() throws IOException {
    Path json = folder.resolve("bench.json");
    List<String> lines =
        Terminal.run(
                "bench",
                "resnet8",
                "--device",
                "cpu",
                "--batch",
                "1,3",
                "--seconds",
                "0.01",
                "--json",
                json.toString())
            .expect(ExitCode.OK)
            .out()
            .lines()
            .toList();
    assertTrue(lines.get(2).startsWith("limits "), lines.toString());
    String[] one = lines.get(4).strip().split("\\s+");
    String[] three = lines.get(5).strip().split("\\s+");
    assertEquals("1", one[0]);
    assertEquals("3", three[0]);
    double perSecond = Double.parseDouble(three[4].replace(",", ""));
    assertEquals(1, perSecond * Double.parseDouble(three[1]) / 3000, 0.01, lines.get(5));
    String text = Files.readString(json);
    assertTrue(text.contains("\"precision\" : \"fp32\""), text);
    assertEquals(2, text.split("\"p99_seconds\"", -1).length - 1, text);
  }

  @Test
  void picturesGoEndToEndBrokenOnesToo() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < 4; i++) {
      BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(picture, "png", photos.resolve(i + ".png").toFile());
    }
    Files.write(photos.resolve("broken.png"), new byte[] {1, 2, 3});
    Terminal seen =
        Terminal.run(
                "bench",
                "resnet8",
                "--device",
                "cpu",
                "--batch",
                "2",
                "--seconds",
                "0.01",
                "--data",
                photos.toString())
            .expect(ExitCode.OK);
    List<String> lines = seen.out().lines().toList();
    String[] row = lines.get(lines.size() - 1).strip().split("\\s+");
    assertEquals(List.of("2", "5", "1"), List.of(row[0], row[1], row[2]), seen.out());
  }

  @Test
  void figuresThatAreThereAreNotReplacedUnasked() throws IOException {
    Path json = Files.writeString(folder.resolve("bench.json"), "mine");
    Terminal.run("bench", "resnet8", "--json", json.toString()).expect(ExitCode.FAILED);
    assertEquals("mine", Files.readString(json));
  }

  @Test
  void nodesAreValidated() {
    Terminal seen =
        Terminal.run("bench", "resnet8", "--device", "cpu", "--batch", "2", "--validate")
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("nodes as the reference has them"), seen.out());
  }

  @Test
  void sizesAndTimesThatMakeNoSenseAreRefused() {
    Terminal.run("bench", "resnet8", "--batch", "8,0").expect(ExitCode.USAGE);
    Terminal.run("bench", "resnet8", "--seconds", "0").expect(ExitCode.USAGE);
    Terminal.run("bench", "resnet8", "--seconds", "NaN").expect(ExitCode.USAGE);
    Terminal.run("bench", "resnet8", "--validate", "--json", "x.json").expect(ExitCode.USAGE);
    Terminal seen = Terminal.run("bench", "mlp:8x2", "--data", "photos").expect(ExitCode.USAGE);
    assertTrue(!seen.out().contains("limits"), seen.out());
  }
}
