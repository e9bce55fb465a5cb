/** Which volume of a replica's disk is the data source's. */
/** A replica's volume carries the PhysicalReplicaId as its partition GUID; where it does not, the only volume is it. */
export function chooseVolume(image, container, wanted) {
    const byReplica = image.listVolumes().find((volume) => volume.guid !== null && volume.guid === container?.replicaId);
    return wanted === undefined && byReplica !== undefined ? byReplica : image.volume(wanted);
}
