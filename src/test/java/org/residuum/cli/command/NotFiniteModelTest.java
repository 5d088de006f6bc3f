package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;
import org.residuum.network.Parameters;

/** One weight is NaN: it is named when the model is loaded, and no example gets a class. */
final class NotFiniteModelTest {
  private static final String NAMED = "head.bias (1 NaN of 10 values)";

  @TempDir private static Path folder;
  private static Path pictures;
  private static Path sound;
  private static Path broken;

  @BeforeAll
  static void train() throws IOException {
    pictures = SmallData.pictures(folder);
    sound = SmallData.train(pictures, folder.resolve("sound"));
    SavedModel model = SavedModel.load(sound);
    Parameters weights = model.parameters().copy();
    weights.get("head.bias").data().put(3, Float.NaN);
    broken = folder.resolve("broken");
    new SavedModel(
            model.network(), weights, model.labels(), model.preprocessing(), model.training())
        .save(broken, false);
  }

  @Test
  void predictNamesTheTensorAndGivesNoClass() throws IOException {
    Path csv = folder.resolve("rows.csv");
    Terminal seen =
        Terminal.run(
                "predict", "--model", broken, "--device", "cpu", "--data", pictures, "--out", csv)
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains(NAMED), seen.err());
    List<String> rows = Files.readAllLines(csv);
    assertEquals(1 + SmallData.PICTURES, rows.size());
    for (String row : rows.subList(1, rows.size())) {
      assertTrue(row.contains(".png,,,") && row.contains("not all finite"), row);
    }
  }

  @Test
  void evalCountsAllAsWrong() {
    Terminal seen =
        Terminal.run("eval", "--model", broken, "--device", "cpu", "--data", "folder:" + pictures)
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains(NAMED), seen.err());
    assertFalse(seen.out().contains("top-1 1"), seen.out());
  }

  @Test
  void inspectAndConvertNameTheTensor() {
    assertTrue(Terminal.run("inspect", broken).expect(ExitCode.OK).err().contains(NAMED));
    Path file = folder.resolve("broken.safetensors");
    Terminal seen = Terminal.run("convert", broken, file).expect(ExitCode.OK);
    assertTrue(seen.err().contains(NAMED), seen.err());
  }

  @Test
  void trainingDoesNotStartFromThem() {
    Terminal seen =
        Terminal.run(
                "train",
                "--model",
                broken,
                "--data",
                "folder:" + pictures,
                "--device",
                "cpu",
                "--out",
                folder.resolve("again"))
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains(NAMED), seen.err());
  }

  @Test
  void soundWeightsAreNotSpokenOf() {
    Terminal seen = Terminal.run("inspect", sound).expect(ExitCode.OK);
    assertFalse(seen.err().contains("warning"), seen.err());
  }
}
