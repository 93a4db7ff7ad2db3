'use server';
import { pauseGrant } from '@toolgate/services/grant/pause';
import { resumeGrant } from '@toolgate/services/grant/resume';
import { pauseOrganization } from '@toolgate/services/organization/pause';
import { resumeOrganization } from '@toolgate/services/organization/resume';
import { pauseServer } from '@toolgate/services/server/pause';
import { resumeServer } from '@toolgate/services/server/resume';
import { asMember } from '@/server/as-member';

type Kind = 'organization' | 'server' | 'grant';

/** Says why something that is paused is. */
export const sayWhyAction = async (org: string, kind: Kind, id: string, reason: string) =>
  asMember(org, (s, actor) => {
    if (kind === 'organization') return pauseOrganization(s, actor, { reason });
    return kind === 'server' ? pauseServer(s, actor, { serverId: id, reason }) : pauseGrant(s, actor, { grantId: id, reason });
  });

export const resumeAction = async (org: string, kind: Kind, id: string) =>
  asMember(org, (s, actor) => {
    if (kind === 'organization') return resumeOrganization(s, actor);
    return kind === 'server' ? resumeServer(s, actor, { serverId: id }) : resumeGrant(s, actor, { grantId: id });
  });
