package org.residuum.data.source.scan;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.residuum.data.decode.PictureFormat;

/** What the names of files and folders say about them. */
public final class PictureNames {
  /** What macOS, Windows and storage servers leave in folders of pictures, in small letters. */
  private static final Set<String> SYSTEM =
      Set.of(
          "__macosx",
          "thumbs.db",
          "desktop.ini",
          "@eadir",
          "#recycle",
          "$recycle.bin",
          "system volume information",
          "lost+found");

  private PictureNames() {}

  public static boolean isPicture(Path file) {
    return isPicture(String.valueOf(file.getFileName()));
  }

  /**
   * Whether it ends like a picture's.
   *
   * @param name without folders
   */
  public static boolean isPicture(String name) {
    return PictureFormat.ENDINGS.contains(ending(name));
  }

  /** A file's ending as it is counted, for example {@code .jpg}. */
  public static String kind(Path file) {
    return kind(String.valueOf(file.getFileName()));
  }

  /**
   * The same of a name without folders.
   *
   * @see #kind(Path)
   */
  public static String kind(String name) {
    String ending = ending(name);
    if (ending.isEmpty()) {
      return "without an ending";
    }
    return ending.matches("[a-z0-9_~-]{1,12}") ? "." + ending : "otherwise named";
  }

  /** A folder's name as it is counted. */
  public static String folder(Path folder) {
    String name = String.valueOf(folder.getFileName());
    return name.matches("[\\p{Print}&&[^,()]]{1,40}") ? name : "otherwise named";
  }

  private static String ending(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
  }

  /** Whether it starts with a dot or is a system's own. */
  public static boolean isHidden(Path path) {
    return isHidden(String.valueOf(path.getFileName()));
  }

  /**
   * The same of a name without folders.
   *
   * @see #isHidden(Path)
   */
  public static boolean isHidden(String name) {
    return name.startsWith(".") || SYSTEM.contains(name.toLowerCase(Locale.ROOT));
  }
}
