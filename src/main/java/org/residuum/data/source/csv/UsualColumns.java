package org.residuum.data.source.csv;

import java.util.List;

/** What columns of pictures and labels are usually called, the likeliest first. */
public final class UsualColumns {
  public static final List<String> PATHS =
      List.of(
          "path",
          "file",
          "filename",
          "file_name",
          "filepath",
          "file_path",
          "image_path",
          "img_path",
          "image",
          "img",
          "picture",
          "photo");

  /** Of pictures as text in base64. */
  public static final List<String> TEXTS = List.of("bytes", "image_bytes", "base64");

  public static final List<String> LABELS =
      List.of("label", "fine_label", "class", "class_name", "target", "category", "label_name");

  private UsualColumns() {}
}
