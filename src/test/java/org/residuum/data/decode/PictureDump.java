package org.residuum.data.decode;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;

/**
 * Decodes the files that standard input names, a line each, for {@code scripts/picture-table}. For
 * each, standard output gets height and width as big-endian numbers of 4 bytes and the RGB values;
 * or a zero, the length of the reason and the reason.
 */
final class PictureDump {
  private PictureDump() {}

  public static void main(String[] args) throws IOException {
    BufferedReader names =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    DataOutputStream out = new DataOutputStream(System.out);
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      try {
        Picture picture = Picture.read(Path.of(name)).withChannels(3);
        out.writeInt(picture.height());
        out.writeInt(picture.width());
        out.write(picture.pixels());
      } catch (InvalidDataException e) {
        byte[] reason = e.getMessage().getBytes(StandardCharsets.UTF_8);
        out.writeInt(0);
        out.writeInt(reason.length);
        out.write(reason);
      }
      out.flush();
    }
  }
}
