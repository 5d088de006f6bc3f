package org.residuum.data;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Fits pictures for {@code scripts/fit-table}. A line of standard input is a file, then the keys
 * and values of {@link Preprocessing#fromMap}, with tabs between them; standard output gets the
 * fitted bytes, {@code (H, W, C)}.
 */
final class FitDump {
  private FitDump() {}

  public static void main(String[] args) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    DataOutputStream out = new DataOutputStream(System.out);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] fields = line.split("\t", -1);
      Map<String, String> map = new LinkedHashMap<>();
      for (int i = 1; i + 1 < fields.length; i += 2) {
        map.put(fields[i], fields[i + 1]);
      }
      out.write(Preprocessing.fromMap(map).fit(Path.of(fields[0])).pixels());
      out.flush();
    }
  }
}
