package org.residuum.backend.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver's library is looked for before JCuda's natives are unpacked. */
class DriverLibraryTest {
  @TempDir Path folder;
  private Path list;

  @BeforeEach
  void writeListWithoutIt() throws IOException {
    list = Files.write(folder.resolve("ld.so.cache"), new byte[] {'c', 'u', 0, (byte) 0xff, 'd'});
  }

  private boolean absent(Map<String, String> environment) {
    return DriverLibrary.isCertainlyAbsent(environment, list);
  }

  @Test
  void neitherListedNorInAnyFolderIsAbsent() {
    assumeFalse(
        GpuProbe.look().driverVersion() > 0, "this machine has a driver in one of the folders");
    assertTrue(absent(Map.of()));
    assertTrue(absent(Map.of("LD_LIBRARY_PATH", folder + "::/nowhere")));
  }

  @Test
  void listedIsPerhapsThere() throws IOException {
    Files.writeString(list, "libc.so.6\0/lib/libc.so.6\0libcuda.so.1\0/somewhere/libcuda.so.1\0");
    assertFalse(absent(Map.of()));
  }

  @Test
  void inFolderOfEnvironmentIsPerhapsThere() throws IOException {
    Files.createFile(folder.resolve("libcuda.so.1"));
    assertFalse(absent(Map.of("LD_LIBRARY_PATH", "/nowhere:" + folder)));
    assertFalse(absent(Map.of("LD_LIBRARY_PATH", folder + ";/nowhere")));
  }

  @Test
  void withoutListOrWithPreloadedLibrariesNothingIsSure() throws IOException {
    assertFalse(absent(Map.of("LD_PRELOAD", "/somewhere/stand-in.so")));
    Files.delete(list);
    assertFalse(absent(Map.of()));
  }

  @Test
  void briefLookFindsWhatTheWholeOneFinds() {
    assertEquals(GpuProbe.look().gpus(), GpuProbe.lookBriefly().gpus());
    assertEquals(GpuProbe.look().driverVersion(), GpuProbe.lookBriefly().driverVersion());
  }
}
