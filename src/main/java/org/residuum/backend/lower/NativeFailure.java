package org.residuum.backend.lower;

import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why native libraries were not loaded, and the one thing that helps. */
public final class NativeFailure {
  private static final Pattern MISSING =
      Pattern.compile("([\\w.+-]+): cannot open shared object file");
  private static final Pattern GLIBC =
      Pattern.compile("version [`'](GLIBC\\w*_[\\d.]+)' not found");

  private NativeFailure() {}

  /**
   * What helps against an error of loading.
   *
   * @param loader the class that calls {@code System.load}
   * @param artifacts that bring the libraries, in words
   * @param folderOption the JVM's option that names another folder for them, as far as the equals
   *     sign
   */
  public static String remedy(
      Throwable error, Class<?> loader, String artifacts, String folderOption) {
    return remedy(error, loader.getModule(), denied(loader.getModule()), artifacts, folderOption);
  }

  static String remedy(
      Throwable error, Module loader, boolean denied, String artifacts, String folderOption) {
    String text = text(error);
    if (denied || text.contains("IllegalCallerException")) {
      return "start the JVM with --enable-native-access=" + modules(loader);
    }
    Matcher glibc = GLIBC.matcher(text);
    if (glibc.find()) {
      return "it needs a system with " + glibc.group(1) + " or newer";
    }
    Matcher missing = MISSING.matcher(text);
    if (missing.find()) {
      return "install the package of your system that holds " + missing.group(1);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("failed to map segment")
        || lower.contains("no space left")
        || lower.contains("quota")) {
      return folder(folderOption);
    }
    return loader.isNamed() && text.contains("NoClassDefFoundError")
        ? "start the JVM with --add-modules ALL-MODULE-PATH, and have "
            + artifacts
            + " on that path"
        : "put " + artifacts + " on the class path";
  }

  /** What helps where no folder can hold the libraries. */
  public static String folder(String folderOption) {
    return "name a folder with room, not mounted noexec, with " + folderOption + "FOLDER";
  }

  private static String modules(Module loader) {
    return loader.isNamed()
        ? "org.residuum,org.bytedeco.javacpp,org.bytedeco.opencl,org.bytedeco.dnnl,jcuda,jcublas"
        : "ALL-UNNAMED";
  }

  /** Whether Java 24 and later refuse: with {@code --illegal-native-access=deny}. */
  private static boolean denied(Module loader) {
    try {
      Object enabled = Module.class.getMethod("isNativeAccessEnabled").invoke(loader);
      return Boolean.FALSE.equals(enabled) && refuses();
    } catch (NoSuchMethodException e) {
      return false; // Java 21 and older.
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  private static boolean refuses() {
    return java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(option -> option.equals("--illegal-native-access=deny"));
  }

  /** The classes and messages of an error and its causes. */
  private static String text(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
    }
    return text.toString();
  }

  /** The message of the innermost cause, which is the system's own. */
  public static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof UnsatisfiedLinkError || cause.getMessage() == null
        ? String.valueOf(cause.getMessage())
        : cause.toString();
  }
}
