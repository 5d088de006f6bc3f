package org.residuum.cli.command;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;

/** Set-up of tests that predict: a trained model, pictures that were drawn, a folder for some. */
abstract class SmallPrediction {
  @TempDir private static Path shared;
  static Path drawn;
  static Path model;

  @TempDir Path folder;
  Path pictures;
  Path csv;

  @BeforeAll
  static void train() throws IOException {
    drawn = SmallData.pictures(shared);
    model = SmallData.train(drawn, shared.resolve("model"));
  }

  @BeforeEach
  void makeFolder() throws IOException {
    pictures = Files.createDirectories(folder.resolve("pictures"));
    csv = folder.resolve("predictions.csv");
  }

  final Terminal predict(Object... more) {
    Object[] args = {"predict", "--model", model, "--device", "cpu", "--data", pictures};
    return Terminal.run(Stream.concat(Stream.of(args), Stream.of(more)).toArray());
  }

  static List<List<String>> read(Path file) throws IOException {
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
      return reader.stream().map(CsvRecord::getFields).toList();
    }
  }
}
