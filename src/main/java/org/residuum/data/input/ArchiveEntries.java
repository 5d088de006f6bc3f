package org.residuum.data.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.decode.PictureFormat;
import org.residuum.data.source.scan.LeftOut;
import org.residuum.data.source.scan.PictureNames;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.text.FileText;

/**
 * Which entries of an archive are pictures, by the rules for files in folders, and what they are
 * called. Nothing is unpacked to where a name says, so that any name is harmless.
 */
final class ArchiveEntries {
  /** Reads the first bytes of an entry. */
  @FunctionalInterface
  interface Head {
    byte[] read(int most) throws IOException;
  }

  private final String archive;
  private final FolderLabels labels;
  private final Consumer<String> notices;
  private final PictureScan scan = PictureScan.countOfNothing();

  ArchiveEntries(Path archive, PictureInputs.Options options) {
    this.archive = FileText.of(archive);
    this.labels = new FolderLabels(options.classes());
    this.notices = options.notices();
  }

  /** Whether an entry that is a file is a picture. */
  boolean takes(String entry, long size, Head head) throws IOException {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    if (isHidden(entry)) {
      scan.leaveOut(LeftOut.Kind.HIDDEN_FILE, "");
    } else if (PictureNames.isPicture(name)) {
      scan.take(PictureNames.kind(name));
      return true;
    } else if (size == 0) {
      scan.leaveOut(LeftOut.Kind.EMPTY, "");
    } else {
      Optional<String> format = PictureFormat.byContent(head.read(PictureFormat.HEAD_BYTES));
      if (format.isPresent()) {
        scan.take(format.get() + " by content");
        return true;
      }
      scan.leaveOut(LeftOut.Kind.OTHER, PictureNames.kind(name));
    }
    return false;
  }

  private static boolean isHidden(String entry) {
    for (String name : entry.split("/")) {
      if (!name.equals(".") && !name.equals("..") && PictureNames.isHidden(name)) {
        return true;
      }
    }
    return false;
  }

  void leaveOut(LeftOut.Kind kind) {
    scan.leaveOut(kind, "");
  }

  /** What a picture is called. */
  String name(String entry) {
    return archive + "!" + entry;
  }

  /** Its class, or null. */
  String label(String entry) {
    return labels.of(entry);
  }

  /** A picture that has more bytes than one may. */
  FailedInput tooLong(String entry, long size) {
    String name = name(entry);
    return new FailedInput(name, PictureDecoder.tooLong(name, size).getMessage());
  }

  /** What stands for all that cannot be read of a damaged archive. */
  FailedInput damaged(IOException failure) {
    return FailedInput.because(
        archive,
        "damaged after %s (%s); what comes behind is lost; replace it"
            .formatted(scan.counted(), InvalidDataException.reason(failure)));
  }

  /** Says what was taken and what was left out. */
  void finish() {
    notices.accept(archive + ": " + scan.counted() + scan.leftOutToo());
  }
}
