# Run once by a person with Windows (elevated), in the folder of a pool's point:  .\self-test.ps1 -Image disk0.vhdx
# Records what the real tools print, checks the image with Test-VHD, mounts it read-only and lists it. Changes nothing.
param([Parameter(Mandatory)][string]$Image, [string]$Out = "pitvault-transcripts")
$ErrorActionPreference = 'Continue'
New-Item -ItemType Directory -Force $Out | Out-Null
function Record($name, [scriptblock]$what) {
  $global:LASTEXITCODE = $null
  $text = (& $what 2>&1 | Out-String)
  $code = $LASTEXITCODE
  [IO.File]::WriteAllText((Join-Path (Resolve-Path -LiteralPath $Out) "$name.txt"), "# source: $([Environment]::OSVersion.VersionString), $(Get-Culture), code page $((chcp) -replace '\D'), exit code $code`r`n$text")
}
Record 'mountvol-list' { mountvol }
Record 'vssadmin-list-shadows' { vssadmin list shadows }
Record 'vssadmin-list-shadowstorage' { vssadmin list shadowstorage }
Record 'vssadmin-list-volumes' { vssadmin list volumes }
Record 'vssadmin-list-providers' { vssadmin list providers }
Set-Content -Encoding ascii "$Out\list.dsh" "list shadows all`r`nlist providers`r`nexit"
Record 'diskshadow-list' { diskshadow /s "$Out\list.dsh" }
Record 'cim-shadows' { Get-CimInstance Win32_ShadowCopy | Format-List * }
$path = (Resolve-Path -LiteralPath $Image -ErrorAction Stop).Path
if (Get-Command Test-VHD -ErrorAction SilentlyContinue) {
  Record 'get-vhd' { Get-VHD $path | Format-List * | Out-String -Width 4096 }
  Record 'test-vhd' { Test-VHD $path }
}
# Whoever has attached it (DPM, perhaps) needs it still: it would be detached below.
if ((Get-DiskImage -ImagePath $path -ErrorAction Stop).Attached) { Write-Error "$path is attached already: run this where it is not" -ErrorAction Stop }
try {
  $disk = Mount-DiskImage -ImagePath $path -Access ReadOnly -NoDriveLetter -PassThru -ErrorAction Stop | Get-DiskImage
  Record 'attached' { $d = Get-DiskImage -ImagePath $path; "$($d.Attached) $($d.Number)"; (Get-DiskImage -DevicePath "\\.\PhysicalDrive$($d.Number)").ImagePath }
  Record 'mounted-partitions' { Get-Partition -DiskNumber $disk.Number | Format-List * }
  Record 'mounted-files' { Get-Partition -DiskNumber $disk.Number | Get-Volume | ForEach-Object { Get-ChildItem -Force -LiteralPath $_.Path } }
} finally { Dismount-DiskImage -ImagePath $path | Out-Null }
Write-Output "Recorded in $Out. Read the files before you share them: they name volumes, machines and paths."
