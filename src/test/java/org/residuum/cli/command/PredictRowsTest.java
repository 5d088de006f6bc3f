package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.parquet.DuckDb;

/** What the rows of {@code predict} say, and in which format. */
final class PredictRowsTest extends SmallPrediction {
  private static final int GOOD = 9;

  @BeforeEach
  void copyPictures() throws IOException {
    for (int i = 0; i < GOOD; i++) {
      Files.copy(
          drawn.resolve(String.format("%d/glyph-%05d.png", i, i)),
          pictures.resolve("good-" + i + ".png"));
    }
    SmallData.notAPicture(pictures.resolve("good-4a.png"));
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  /** Each format has the rows of CSV. */
  @Test
  void formatsHaveTheSameRows() throws Exception {
    predict("--out", csv, "--top-k", 2).expect(ExitCode.OK);
    predict("--out", out("a.parquet"), "--top-k", 2).expect(ExitCode.OK);
    predict("--out", out("a.jsonl"), "--top-k", 2).expect(ExitCode.OK);
    String columns = "select file, label::int, round(%s, 5), error from ";
    try (DuckDb duckDb = new DuckDb()) {
      List<String> expected = duckDb.rows(columns.formatted("probability") + DuckDb.quoted(csv));
      assertEquals(GOOD + 1, expected.size());
      assertEquals(
          expected,
          duckDb.rows(columns.formatted("probability") + DuckDb.quoted(out("a.parquet"))));
      assertEquals(
          expected,
          duckDb.rows(
              "select file, predictions[1].label::int, round(predictions[1].probability, 5), error"
                  + " from "
                  + DuckDb.quoted(out("a.jsonl"))));
    }
    assertFalse(Files.exists(out("a.parquet.part")));
    assertFalse(Files.exists(out("a.parquet.part.made")));
  }

  /** The likeliest class has the highest logit; a dense layer makes the logits of the embedding. */
  @Test
  void logitsAndEmbeddings() throws Exception {
    predict("--out", csv).expect(ExitCode.OK);
    predict("--out", out("logits.parquet"), "--logits").expect(ExitCode.OK);
    predict("--out", out("logits.csv"), "--logits").expect(ExitCode.OK);
    predict("--out", out("features.parquet"), "--embeddings").expect(ExitCode.OK);
    predict("--out", out("layer.parquet"), "--embeddings", "flatten").expect(ExitCode.OK);
    try (DuckDb duckDb = new DuckDb()) {
      assertEquals(
          duckDb.rows("select file, label, error from " + DuckDb.quoted(csv)),
          duckDb.rows(
              "select file, list_position(logits, list_max(logits)) - 1, error from "
                  + DuckDb.quoted(out("logits.parquet"))));
      assertEquals(
          duckDb.rows("select logits[10]::double from " + DuckDb.quoted(out("logits.parquet"))),
          duckDb.rows("select logit_9::float::double from " + DuckDb.quoted(out("logits.csv"))));
      assertEquals(
          List.of(GOOD + "|1"),
          duckDb.rows(
              "select count(embedding), count(distinct len(embedding)) from "
                  + DuckDb.quoted(out("features.parquet"))));
      String lengths = "select distinct len(embedding) from %s where error is null";
      int features =
          Integer.parseInt(
              duckDb.rows(lengths.formatted(DuckDb.quoted(out("features.parquet")))).get(0));
      int pixels =
          Integer.parseInt(
              duckDb.rows(lengths.formatted(DuckDb.quoted(out("layer.parquet")))).get(0));
      assertTrue(features > 1 && features < pixels, features + " features, " + pixels);
    }
  }

  @Test
  void aParquetFileThatWasEndedGoesOnToTheSameBytes() throws Exception {
    Path straight = out("straight.parquet");
    Path ended = out("ended.parquet");
    predict("--out", straight, "--batch", 2, "--part-rows", 2).expect(ExitCode.OK);
    predict("--out", ended, "--batch", 2, "--part-rows", 2, "--on-error", "fail")
        .expect(ExitCode.FAILED);
    assertFalse(Files.exists(ended));
    assertTrue(Files.readString(out("ended.parquet.part")).startsWith("{\"file\":"));
    String seen =
        predict("--out", ended, "--batch", 2, "--part-rows", 2, "--resume")
            .expect(ExitCode.OK)
            .err();
    assertTrue(seen.contains("resumed after 4 files\n"), seen);
    assertArrayEquals(Files.readAllBytes(straight), Files.readAllBytes(ended));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("ended.parquet", "pictures", "straight.parquet"),
          left.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  /** Killed after the file had its name and before the lines went. */
  @Test
  void aFileThatHasItsNameIsWhole() throws Exception {
    Path file = out("a.parquet");
    predict("--out", file).expect(ExitCode.OK);
    Files.writeString(out("a.parquet.part"), "{}");
    Files.createLink(out("a.parquet.part.made"), file);
    byte[] before = Files.readAllBytes(file);
    String seen = predict("--out", file, "--resume").expect(ExitCode.OK).err();
    assertEquals(file + " is whole: nothing to resume; for new rows leave --resume out\n", seen);
    assertArrayEquals(before, Files.readAllBytes(file));
    assertFalse(Files.exists(out("a.parquet.part")));
    assertFalse(Files.exists(out("a.parquet.part.made")));
  }

  @Test
  void partsAreWholeFiles() throws Exception {
    String parts = out("parts") + "/";
    predict("--out", parts, "--format", "parquet", "--part-rows", 4, "--batch", 4)
        .expect(ExitCode.OK);
    try (DuckDb duckDb = new DuckDb()) {
      assertEquals(
          List.of((GOOD + 1) + "|3"),
          duckDb.rows(
              "select count(*), count(distinct filename) from read_parquet('"
                  + parts
                  + "*.parquet', filename = true)"));
    }
  }

  /** Bytes out of a table, and rows for each of them. */
  @Test
  void picturesOfATableArePredicted() throws Exception {
    Path table = out("photos.parquet");
    try (DuckDb duckDb = new DuckDb()) {
      duckDb.copy(
          "select content as image, regexp_extract(filename, 'good-(.)', 1) as label from"
              + " read_blob('"
              + pictures
              + "/*.png') order by filename",
          table,
          "codec zstd");
      predict("--out", csv).expect(ExitCode.OK);
      Terminal.run(
              "predict",
              "--model",
              model,
              "--device",
              "cpu",
              "--data",
              table,
              "--out",
              out("t.csv"))
          .expect(ExitCode.OK);
      assertEquals(
          duckDb.rows("select label, probability from " + DuckDb.quoted(csv)),
          duckDb.rows("select label, probability from " + DuckDb.quoted(out("t.csv"))));
      assertEquals(
          List.of(table + "#1"),
          duckDb.rows("select file from " + DuckDb.quoted(out("t.csv")) + " limit 1"));
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    refused("--format parquet: it needs --out", "--format", "parquet");
    refused("--logits and --embeddings: give one of them", "--logits", "--embeddings");
    refused("--top-k is for classes", "--logits", "--top-k", 3);
    refused("--embeddings nothing: ", "--embeddings", "nothing");
  }

  private void refused(String why, Object... options) {
    String seen = predict(options).expect(ExitCode.USAGE).err();
    assertTrue(seen.contains(why), seen);
  }
}
