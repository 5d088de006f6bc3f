package org.residuum.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.TestData;
import org.residuum.cli.Terminal;
import org.residuum.cli.command.EvalText;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.PrintableStream;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.report.ReportPage;

/** No control byte of a file reaches the terminal. */
class PrintableTest {
  private static final String CLEAR = "\u001b[2J";

  @TempDir private Path folder;

  private static void requireClean(String text) {
    assertFalse(text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'), text);
  }

  @Test
  void controlsAndMarksOfDirectionAreShown() {
    assertEquals("a\\x1b[2Jb\\x07\\x7f\\x9b", Printable.name("a" + CLEAR + "b\u0007\u007f\u009b"));
    assertEquals("\\u202egnp.exe\\u2066", Printable.name("\u202egnp.exe\u2066"));
    assertEquals("a\\x0ab\\x09c\\x0d", Printable.name("a\nb\tc\r"));
    assertEquals("a\nb\tc\\x0d", Printable.lines("a\nb\tc\r"));
    assertEquals("Käse, 猫 and 😀", Printable.name("Käse, 猫 and 😀"));
  }

  @Test
  void linesOfALogAreShown() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    PrintableStream.before(to).println("left out: " + CLEAR);
    assertEquals("left out: \\x1b[2J\n", bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void chunkOfAPictureAndNameOfAFile() throws IOException {
    Path chunk = TestData.find("cases/pictures/control-bytes-in-a-chunk.png");
    Path file = Files.copy(chunk, folder.resolve("red" + CLEAR + ".png"));
    Terminal seen =
        Terminal.run(
            "predict",
            "--model",
            TestData.find("cases/models/dimneg1.onnx"),
            "--preset",
            "raw",
            "--device",
            "cpu",
            "--data",
            file,
            folder.resolve("no" + CLEAR + "such.png"));
    requireClean(seen.err());
    Terminal one =
        Terminal.run(
            "predict",
            "--model",
            TestData.find("cases/models/dimneg1.onnx"),
            "--preset",
            "raw",
            "--device",
            "cpu",
            "--data",
            chunk);
    requireClean(one.err());
    requireClean(one.out());
    assertTrue(one.err().contains("\\x1b[2J"), one.err());
    requireClean(Terminal.run("inspect", "no" + CLEAR + "such").err());
  }

  @Test
  void namesInANetwork() throws IOException {
    NetworkBuilder net = new NetworkBuilder("net" + CLEAR);
    var x = net.input("x" + CLEAR, Shape.batch(3, 4, 4));
    var y =
        net.append(
            "relu" + CLEAR,
            new Activate(Activation.RELU),
            java.util.List.of(x),
            java.util.List.of());
    net.output("y" + CLEAR, y);
    Path file = folder.resolve("names.onnx");
    OnnxModel.write(file, net.build(), new Parameters(Map.of()));
    Terminal seen = Terminal.run("inspect", file).expect(ExitCode.OK);
    requireClean(seen.out());
    assertTrue(seen.out().contains("relu\\x1b[2J"), seen.out());
    requireClean(Terminal.run("inspect", file, "--graph").expect(ExitCode.OK).out());
    requireClean(Terminal.run("inspect", file, "--batch", 2).expect(ExitCode.OK).out());
    requireClean(Terminal.run("profile", file, "--device", "cpu", "--batch", 2).out());
  }

  @Test
  void labelsInAReport() {
    String html = new ReportPage("eval", "of " + CLEAR).html();
    requireClean(html);
    assertTrue(html.contains("\\x1b[2J"), html);
    requireClean(
        EvalText.table(
            new org.residuum.train.Evaluation.ConfusionMatrix(java.util.List.of("a", "b"))));
  }
}
