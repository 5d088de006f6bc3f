package org.residuum.data.input;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.residuum.data.InvalidDataException;
import org.residuum.data.parquet.ParquetTable.Column;
import org.residuum.data.parquet.ParquetTable.Kind;
import org.residuum.data.source.csv.UsualColumns;

/**
 * Which columns of a Parquet table have the pictures and the labels. A picture is bytes, or a text
 * that is a path, or a struct of both as Hugging Face's data sets have it: {@code image.bytes} and
 * {@code image.path}.
 *
 * @param bytes the column of encoded pictures, or null
 * @param path the column of their paths, or null; at least one of both is there
 * @param label the column of labels, or null
 */
record ParquetColumns(Column bytes, Column path, Column label) {
  private static final String BYTES = "bytes";
  private static final String PATH = "path";

  /**
   * Chooses them as the options say, or by types and usual names.
   *
   * @throws InvalidDataException where the column of pictures is not to be found; it names those
   *     that there are
   */
  static ParquetColumns of(Path file, List<Column> all, PictureInputs.Options options)
      throws InvalidDataException {
    Finder finder = new Finder(file, all);
    ParquetColumns picture =
        options.column() == null ? finder.usual() : finder.picture(options.column());
    Column label =
        options.labelColumn() == null ? finder.usualLabel() : finder.label(options.labelColumn());
    return new ParquetColumns(picture.bytes, picture.path, label);
  }

  private record Finder(Path file, List<Column> all) {
    private InvalidDataException failure(String why) {
      List<String> names =
          all.stream().filter(column -> !column.isList()).map(Column::name).toList();
      return new InvalidDataException(
          file + ": " + why + "; there are: " + String.join(", ", names));
    }

    /** Columns outside of structs, each struct once. */
    private List<String> fields() {
      return all.stream().map(column -> column.path().get(0)).distinct().toList();
    }

    /** By number from 1, or by name; of a struct all that is in it. */
    private List<Column> named(String option, String text) throws InvalidDataException {
      List<String> fields = fields();
      String name = text;
      if (text.matches("\\d{1,6}")) {
        int number = Integer.parseInt(text);
        name = number >= 1 && number <= fields.size() ? fields.get(number - 1) : text;
      }
      List<Column> found = new ArrayList<>();
      for (Column column : all) {
        if (column.name().equals(name) || column.path().get(0).equals(name)) {
          found.add(column);
        }
      }
      if (found.isEmpty()) {
        throw failure(
            "no column '%s'; give %s a number in 1..%s or a name"
                .formatted(text, option, fields.size()));
      }
      return found;
    }

    ParquetColumns picture(String name) throws InvalidDataException {
      List<Column> found = named("--column", name);
      ParquetColumns picture = picture(found);
      if (picture == null) {
        Column first = found.get(0);
        throw failure(
            "the column %s holds %s, no bytes or paths of pictures, one a row"
                .formatted(
                    first.name(),
                    first.isList() ? "a list" : first.kind().name().toLowerCase(Locale.ROOT)));
      }
      return picture;
    }

    /** What is a picture: one column, or those of a struct; else null. */
    private static ParquetColumns picture(List<Column> found) {
      if (found.size() == 1) {
        Column one = found.get(0);
        return one.isList() || (one.kind() != Kind.BYTES && one.kind() != Kind.TEXT)
            ? null
            : new ParquetColumns(
                one.kind() == Kind.BYTES ? one : null, one.kind() == Kind.TEXT ? one : null, null);
      }
      Column bytes = inStruct(found, BYTES, Kind.BYTES);
      Column path = inStruct(found, PATH, Kind.TEXT);
      return bytes == null && path == null ? null : new ParquetColumns(bytes, path, null);
    }

    private static Column inStruct(List<Column> found, String name, Kind kind) {
      return found.stream()
          .filter(
              column ->
                  column.path().size() == 2
                      && column.path().get(1).equals(name)
                      && column.kind() == kind
                      && !column.isList())
          .findFirst()
          .orElse(null);
    }

    /** The only one that holds bytes, else the only one of a usual name that holds text. */
    ParquetColumns usual() throws InvalidDataException {
      List<ParquetColumns> found = pictures(picture -> picture.bytes != null);
      if (found.isEmpty()) {
        found =
            pictures(
                picture ->
                    UsualColumns.PATHS.contains(
                        picture.path.path().get(0).toLowerCase(Locale.ROOT)));
      }
      if (found.size() != 1) {
        throw failure("which column has the pictures? Name it with --column");
      }
      return found.get(0);
    }

    private List<ParquetColumns> pictures(Predicate<ParquetColumns> filter)
        throws InvalidDataException {
      List<ParquetColumns> found = new ArrayList<>();
      for (String field : fields()) {
        List<Column> columns =
            all.stream().filter(column -> column.path().get(0).equals(field)).toList();
        ParquetColumns picture = picture(columns);
        if (picture != null && filter.test(picture)) {
          found.add(picture);
        }
      }
      return found;
    }

    Column label(String name) throws InvalidDataException {
      Column label = named("--label-column", name).get(0);
      if (!isLabel(label)) {
        throw failure("the column " + label.name() + " holds no labels: numbers or texts");
      }
      return label;
    }

    private static boolean isLabel(Column column) {
      return !column.isList()
          && (column.kind() == Kind.INTEGER
              || column.kind() == Kind.TEXT
              || column.kind() == Kind.BOOLEAN);
    }

    Column usualLabel() {
      for (String name : UsualColumns.LABELS) {
        for (Column column : all) {
          if (isLabel(column) && column.name().toLowerCase(Locale.ROOT).equals(name)) {
            return column;
          }
        }
      }
      return null;
    }
  }
}
