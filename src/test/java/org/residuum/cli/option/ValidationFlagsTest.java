package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;

/** What steers a training needs a validation part, and groups of examples stay in one part. */
final class ValidationFlagsTest {
  @TempDir Path folder;

  private Terminal train(String options) throws IOException {
    StringBuilder rows = new StringBuilder("patient,a,b,class\n");
    for (int i = 0; i < 60; i++) {
      rows.append("p").append(i / 4).append(',').append(i % 2 * 3 + i % 7 / 7.0);
      rows.append(',').append(i % 5).append(i % 2 == 0 ? ",no\n" : ",yes\n");
    }
    Path table = Files.writeString(folder.resolve("table.csv"), rows);
    List<Object> args = new ArrayList<>(List.of("train", "--data", "csv:" + table));
    args.addAll(List.of("--model", "mlp:4x1", "--device", "cpu", "--epochs", 2));
    args.addAll(List.of("--threads", 1, "--out", folder.resolve("model")));
    args.addAll(List.of((Object[]) options.split(" ")));
    return Terminal.run(args.toArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--early-stop 1 --validation-share 0|--early-stop: there is no validation part",
        "--metric loss --validation-share 0|--metric: there is no validation part",
        "--keep best --validation-share 0|--keep best: there is no validation part",
        "--early-stop 0|--early-stop 0: at least 1 epoch",
        "--early-stop 1 --average 0.5|a training that may end early has no last epochs to average",
        "--ema 0.9 --average 0.5|choose one",
        "--metric accurcy|did you mean accuracy?",
        "--keep worst|--keep",
        "--group-by nurse|no column 'nurse'",
      })
  void whatCannotBeIsRefused(String options, String message) throws IOException {
    String whole = options.startsWith("--group-by") ? options : options + " --group-by patient";
    Terminal seen = train(whole);
    assertTrue(seen.err().contains(message), seen.err());
    assertFalse(Files.exists(folder.resolve("model/model.safetensors")));
  }

  /** The group is kept with the model, and what it left out is measured afterwards. */
  @Test
  void groupsAreKeptWithTheModel() throws IOException {
    Terminal seen =
        train("--group-by patient --early-stop 1 --keep last --metric loss").expect(ExitCode.OK);
    assertTrue(seen.err().contains("15 groups of 4 to 4 examples, 3 groups with 20.0 %"));
    Path model = folder.resolve("model");
    assertTrue(
        SavedModel.load(model).training().orElseThrow().data().split().groupBy().equals("patient"));
    Terminal measured =
        Terminal.run(
                "eval",
                "--data",
                "csv:" + folder.resolve("table.csv"),
                "--model",
                model,
                "--device",
                "cpu")
            .expect(ExitCode.OK);
    assertTrue(measured.firstLine().contains(" 12 examples"), measured.firstLine());
    assertTrue(seen.out().contains("of 12 examples that took no part in the training"), seen.out());
    assertTrue(
        Terminal.run(
                "eval",
                "--data",
                "digits:x",
                "--group-by",
                "a",
                "--model",
                model,
                "--device",
                "cpu")
            .error(ExitCode.USAGE)
            .contains("--group-by: it is for folder: and csv:"));
  }
}
